#include <fmt/format.h>

#include <utility>

#include "engine/policy/policy.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_d7(const JudgedRun& subject) {
  Breaches breaches;
  const Policy fallback;
  const std::int64_t budget =
      (subject.policy != nullptr ? *subject.policy : fallback).data.max_skips;
  for (const CallSpan& call : subject.calls) {
    std::int64_t skips = 0;
    for (const TraceLine* line : call.lines) {
      const auto policy = as<traced::Policy>(*line);
      if (!policy || policy->choice != traced::Choosing::skip) continue;
      if (++skips <= budget) continue;
      breaches.add(fmt::format("skip {} at {}, and {} are allowed", skips, place_of(*line), budget),
                   {line});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry d7_skips_stay_in_budget() {
  return {.id = "D7",
          .kind = InvariantKind::trace,
          .meaning = "No more batches are skipped than the policy allows.",
          .fields = {"policies"},
          .needs = {},
          .check = &check_d7};
}

}  // namespace trainwreck::invariants
