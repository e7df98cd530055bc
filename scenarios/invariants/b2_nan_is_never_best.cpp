#include <fmt/format.h>

#include <cmath>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_b2(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    if (!save->note.starts_with("best") || !std::isnan(save->score)) continue;
    breaches.add(fmt::format("{} was published as the best with the score NaN", save->path),
                 {line});
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
