#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_t2(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& train : call.scopes) {
    if (train.kind != "train") continue;
    if (train.end == nullptr && call.end != nullptr) {
      breaches.add("the training never ended", {train.begin, call.end});
    }
    if (train.ends.empty()) continue;
    for (const ScopeSpan& scope : call.scopes) {
      if (scope.begin->seq < train.ends.front().begin->seq) continue;
      breaches.add(fmt::format("{} ({}) began after {}", scope.kind, place_of(scope),
                               text_of(train.ends.front())),
                   {train.ends.front().begin, scope.begin});
    }
  }
}

InvariantResult check_t2(const JudgedRun& subject) { return in_each_call(subject, look_t2); }

}  // namespace

InvariantEntry t2_training_ends_last() {
  return {.id = "T2",
          .kind = InvariantKind::trace,
          .meaning = "Training ends exactly once, after everything else, and says how.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_t2};
}

}  // namespace trainwreck::invariants
