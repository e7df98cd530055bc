#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_s4(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr || !call.errors.empty() || !call.error().empty()) return;
  for (const TraceLine* line : call.lines) {
    const auto demand = as<traced::StopRequest>(*line);
    if (!demand) continue;
    if (call.status() != "failed" && call.status() != "interrupted") return;
    breaches.add(fmt::format("{} asked to stop, and the run {} without an error", demand->callback,
                             call.status()),
                 {line, call.end});
    return;
  }
}

InvariantResult check_s4(const JudgedRun& subject) { return in_each_call(subject, look_s4); }

}  // namespace

InvariantEntry s4_stopping_is_not_failing() {
  return {.id = "S4",
          .kind = InvariantKind::trace,
          .meaning = "A run that was asked to stop and saw no error does not fail.",
          .fields = {"stops"},
          .needs = {},
          .check = &check_s4};
}

}  // namespace trainwreck::invariants
