#include <fmt/format.h>

#include <cmath>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_w3(const CallSpan& call, Breaches& breaches) {
  bool were_finite = true;  // or something else than the step made them what they are
  for (const TraceLine* line : call.lines) {
    if (const auto begun = as<traced::StepBegin>(*line)) were_finite = begun->weights_finite;
    const auto fault = as<traced::Fault>(*line);
    if (fault && fault->kind == "bit_flip") were_finite = false;
    const auto step = as<traced::StepEnd>(*line);
    if (!step || step->outcome != traced::Stepping::committed) continue;
    if (!std::isfinite(step->loss)) {
      breaches.add(
          fmt::format("a step was committed at {} with the loss {}", place_of(*line), step->loss),
          {line});
    } else if (were_finite && !step->weights_finite) {
      breaches.add(fmt::format("the step at {} made a weight that is not finite", place_of(*line)),
                   {line});
    }
  }
}

InvariantResult check_w3(const JudgedRun& subject) { return in_each_call(subject, look_w3); }

}  // namespace

InvariantEntry w3_nothing_non_finite_is_committed() {
  return {
      .id = "W3",
      .kind = InvariantKind::trace,
      .meaning =
          "A step whose loss, or what it makes of the weights, is not finite is never committed.",
      .fields = {"steps"},
      .needs = {.digests = true},
      .check = &check_w3};
}

}  // namespace trainwreck::invariants
