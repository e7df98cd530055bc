#include <fmt/format.h>

#include <algorithm>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_l2(const CallSpan& call, Breaches& breaches) {
  const ScopeSpan* empty = nullptr;
  for (const ScopeSpan& epoch : call.scopes) {
    if (epoch.kind != "epoch" || epoch.end == nullptr) continue;
    const bool has_batch =
        std::any_of(call.scopes.begin(), call.scopes.end(), [&](const ScopeSpan& scope) {
          return scope.kind == "train_batch" && scope.begin->seq > epoch.begin->seq &&
                 scope.begin->seq < epoch.end->seq;
        });
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
