#include <fmt/format.h>

#include <cmath>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_b2(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind != TraceKind::checkpoint || event.what != "publish") continue;
    if (!event.detail.starts_with("best") || !std::isnan(event.value)) continue;
    breaches.add(fmt::format("{} was published as the best with the score NaN", event.who), {line});
  }
}

InvariantResult check_b2(const JudgedRun& subject) { return in_each_call(subject, look_b2); }

}  // namespace

InvariantEntry b2_nan_is_never_best() {
  return {.id = "B2",
          .kind = InvariantKind::trace,
          .meaning = "NaN is never the best score.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_b2};
}

}  // namespace trainwreck::invariants
