#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"
#include "scenarios/outcome.h"

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

InvariantResult check_r3(const Subject& subject) {
  if (subject.outcome == nullptr) return undecided("a trace has no error records");
  Breaches breaches;
  for (const CallOutcome& call : subject.outcome->calls) look_r3(call, breaches);
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
