#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/policy/policy.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool has_batch(const CallSpan& call, const ScopeSpan& epoch) {
  return std::any_of(call.scopes.begin(), call.scopes.end(), [&](const ScopeSpan& scope) {
    return scope.kind == "train_batch" && scope.parent >= 0 &&
           &call.scopes[static_cast<std::size_t>(scope.parent)] == &epoch;
  });
}

InvariantResult check_e3(const JudgedRun& subject) {
  Breaches breaches;
  const bool allowed =
      subject.policy != nullptr && subject.policy->loop.empty_epoch == EmptyEpoch::accepted;
  for (const CallSpan& call : subject.calls) {
    for (const ScopeSpan& scope : call.scopes) {
      if (allowed || scope.kind != "epoch" || scope.end == nullptr) continue;
      if (scope.status() != "completed" || has_batch(call, scope)) continue;
      breaches.add(fmt::format("epoch {} completed without a batch", scope.epoch),
                   {scope.begin, scope.end});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry e3_no_epoch_without_a_batch() {
  return {.id = "E3",
          .kind = InvariantKind::trace,
          .meaning = "An epoch without a batch is an error, unless the policy allows it.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_e3};
}

}  // namespace trainwreck::invariants
