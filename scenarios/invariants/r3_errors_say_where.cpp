#include <fmt/format.h>

#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

void look_r3(const CallOutcome& call, Breaches& breaches) {
  if (!call.error) return;
  const ErrorRecord& error = *call.error;
  const bool hook = error.phase.starts_with("on_");
  if (error.phase.empty()) {
    breaches.add(fmt::format("{} says no phase: {}", error.type, error.message), {});
  } else if (hook && error.callback.empty()) {
    breaches.add(fmt::format("{} in {} names no callback", error.type, error.phase), {});
  }
}

// What train_on_batch and a loop of one's own throw goes to whoever called: there is no record.
InvariantResult check_r3(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace has no error records");
  Breaches breaches;
  for (const CallSpan& call : subject.calls) {
    const bool has_record = call.begin != nullptr && call.parent < 0;
    const CallOutcome* outcome = has_record ? outcome_of(call, *subject.outcome) : nullptr;
    if (outcome != nullptr) look_r3(*outcome, breaches);
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry r3_errors_say_where() {
  return {.id = "R3",
          .kind = InvariantKind::trace,
          .meaning = "An error says in which phase, epoch, batch and callback it was raised.",
          .fields = {},
          .needs = {},
          .check = &check_r3};
}

}  // namespace trainwreck::invariants
