#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_e2(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "epoch" || call.end == nullptr) continue;
    if (scope.end == nullptr) {
      breaches.add(fmt::format("epoch {} never ended", scope.epoch), {scope.begin, call.end});
    } else if (scope.status().empty()) {
      breaches.add(fmt::format("epoch {} ended without a status", scope.epoch), {scope.end});
    }
  }
}

InvariantResult check_e2(const JudgedRun& subject) { return in_each_call(subject, look_e2); }

}  // namespace

InvariantEntry e2_every_epoch_ends() {
  return {.id = "E2",
          .kind = InvariantKind::trace,
          .meaning = "Every epoch that began ends, and says how.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_e2};
}

}  // namespace trainwreck::invariants
