#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/policy/policy.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

// By the place of a scope: whether batches were trained on in it.
std::vector<bool> with_batches(const CallSpan& call) {
  std::vector<bool> with(call.scopes.size(), false);
  for (const ScopeSpan& scope : call.scopes) {
    const bool counts = scope.kind == "train_batch" && scope.parent >= 0;
    if (counts) with[static_cast<std::size_t>(scope.parent)] = true;
  }
  return with;
}

InvariantResult check_e3(const JudgedRun& subject) {
  Breaches breaches;
  const bool allowed =
      subject.policy != nullptr && subject.policy->loop.empty_epoch == EmptyEpoch::accepted;
  for (const CallSpan& call : subject.calls) {
    const std::vector<bool> with = with_batches(call);
    const ScopeSpan* gone_on_in = epoch_taken_up(call);
    for (std::size_t at = 0; at < call.scopes.size(); ++at) {
      const ScopeSpan& scope = call.scopes[at];
      if (&scope == gone_on_in) continue;
      if (allowed || scope.kind != "epoch" || scope.status() != "completed" || with[at]) continue;
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
