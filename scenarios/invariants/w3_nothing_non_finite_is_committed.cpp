#include <fmt/format.h>

#include <cmath>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_w3(const CallSpan& call, Breaches& breaches) {
  bool were_finite = true;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::step_begin) were_finite = event.what != "not finite";
    if (event.kind != TraceKind::step_end || event.detail != "committed") continue;
    if (!std::isfinite(event.value)) {
      breaches.add(
          fmt::format("a step was committed at {} with the loss {}", place_of(event), event.value),
          {line});
    } else if (were_finite && event.what == "not finite") {
      breaches.add(fmt::format("the step at {} made a weight that is not finite", place_of(event)),
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
