#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Code that is stuck by itself waits for nobody: only the parent of its process can end it.
bool is_stuck(const Trace& trace) {
  return std::any_of(trace.lines.begin(), trace.lines.end(), [](const TraceLine& line) {
    const auto fault = as<traced::Fault>(line);
    return fault && fault->kind.ends_with("hang");
  });
}

InvariantResult check_l3(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace that ends does not say why");
  Breaches breaches;
  for (const CallOutcome& call : subject.outcome->calls) {
    if (call.ending == Ending::hung && is_stuck(subject.trace)) {
      breaches.doubt("somebody's code was stuck, which is no wait");
    } else if (call.ending == Ending::hung) {
      breaches.add(fmt::format("call {} of run {} hung", call.began.fit, call.began.run), {});
    } else if (call.error && call.error->type == "Deadlock") {
      breaches.add(fmt::format("everybody waited for ever in {}: {}", call.error->phase,
                               call.error->message),
                   {});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry l3_waits_have_deadlines() {
  return {.id = "L3",
          .kind = InvariantKind::process,
          .meaning = "No wait lasts for ever.",
          .fields = {},
          .needs = {},
          .check = &check_l3};
}

}  // namespace trainwreck::invariants
