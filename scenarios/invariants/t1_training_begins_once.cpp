#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_t1(const CallSpan& call, Breaches& breaches) {
  const ScopeSpan* train = nullptr;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind == "epoch" && train == nullptr) {
      breaches.add(fmt::format("epoch {} began before the training", scope.epoch), {scope.begin});
      return;
    }
    if (scope.kind != "train") continue;
    if (train != nullptr) {
      breaches.add("the training began a second time", {train->begin, scope.begin});
    }
    train = &scope;
  }
}

InvariantResult check_t1(const JudgedRun& subject) { return in_each_call(subject, look_t1); }

}  // namespace

InvariantEntry t1_training_begins_once() {
  return {.id = "T1",
          .kind = InvariantKind::trace,
          .meaning = "Training begins once, before any epoch.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_t1};
}

}  // namespace trainwreck::invariants
