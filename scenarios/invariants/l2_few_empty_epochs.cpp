#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool has_batch_within(const CallSpan& call, const ScopeSpan& epoch) {
  auto scope =
      std::upper_bound(call.scopes.begin(), call.scopes.end(), epoch.begin->seq,
                       [](std::int64_t seq, const ScopeSpan& one) { return seq < one.begin->seq; });
  for (; scope != call.scopes.end() && scope->begin->seq < epoch.end->seq; ++scope) {
    if (scope->kind == "train_batch") return true;
  }
  return false;
}

void look_l2(const CallSpan& call, Breaches& breaches) {
  const ScopeSpan* empty = nullptr;
  for (const ScopeSpan& epoch : call.scopes) {
    if (epoch.kind != "epoch" || epoch.end == nullptr) continue;
    const bool has_batch = has_batch_within(call, epoch);
    if (!has_batch && empty != nullptr) {
      breaches.add(fmt::format("epochs {} and {} had no batch", empty->epoch, epoch.epoch),
                   {empty->end, epoch.begin});
    }
    empty = has_batch ? nullptr : &epoch;
  }
}

InvariantResult check_l2(const JudgedRun& subject) { return in_each_call(subject, look_l2); }

}  // namespace

InvariantEntry l2_few_empty_epochs() {
  return {.id = "L2",
          .kind = InvariantKind::trace,
          .meaning = "At most one epoch in a row has no batch.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_l2};
}

}  // namespace trainwreck::invariants
