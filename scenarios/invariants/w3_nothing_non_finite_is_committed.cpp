#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

void look_w3(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind != TraceKind::step_end || event.detail != "committed") continue;
    if (std::isfinite(event.value)) continue;
    breaches.add(
        fmt::format("a step was committed at {} with the loss {}", place_of(event), event.value),
        {line});
  }
}

InvariantResult check_w3(const Subject& subject) {
  Breaches breaches;
  for (const CallSpan& call : story_of(subject.trace)) look_w3(call, breaches);
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry w3_nothing_non_finite_is_committed() {
  return {.id = "W3",
          .kind = InvariantKind::trace,
          .meaning = "A step whose loss is not finite is never committed.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w3};
}

}  // namespace trainwreck::invariants
