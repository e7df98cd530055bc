#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_e1(const CallSpan& call, Breaches& breaches) {
  const ScopeSpan* before = nullptr;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "epoch") continue;
    if (before != nullptr && scope.epoch != before->epoch + 1) {
      breaches.add(fmt::format("epoch {} came after epoch {}", scope.epoch, before->epoch),
                   {before->begin, scope.begin});
    }
    before = &scope;
  }
}

InvariantResult check_e1(const JudgedRun& subject) { return in_each_call(subject, look_e1); }

}  // namespace

InvariantEntry e1_epochs_are_consecutive() {
  return {.id = "E1",
          .kind = InvariantKind::trace,
          .meaning = "Epochs are numbered one after the other; none is repeated or skipped.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_e1};
}

}  // namespace trainwreck::invariants
