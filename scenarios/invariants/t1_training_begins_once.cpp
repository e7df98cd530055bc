#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"

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

InvariantResult check_t1(const Subject& subject) {
  Breaches breaches;
  for (const CallSpan& call : story_of(subject.trace)) look_t1(call, breaches);
  return std::move(breaches).result();
}

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
