#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_g2(const CallSpan& call, Breaches& breaches) {
  if (call.end != nullptr) return;
  for (const TraceLine* line : call.lines) {
    const auto signal = as<traced::Signal>(*line);
    if (!signal) continue;
    breaches.add(fmt::format("signal {} was seen at {}, and the run did not end in its grace time",
                             signal->number, place_of(*line)),
                 {line});
    return;
  }
}

InvariantResult check_g2(const JudgedRun& subject) { return in_each_call(subject, look_g2); }

}  // namespace

InvariantEntry g2_emergency_within_grace() {
  return {.id = "G2",
          .kind = InvariantKind::trace,
          .meaning = "Between a signal and the end of its grace time the run ends by itself.",
          .fields = {"signals"},
          .needs = {},
          .check = &check_g2};
}

}  // namespace trainwreck::invariants
