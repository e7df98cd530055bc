#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_h2(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr) return;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.end != nullptr || scope.begins.empty()) continue;
    breaches.add(fmt::format("{} ({}) stays open for {}", scope.kind, place_of(scope),
                             scope.begins.front().who()),
                 {scope.begins.front().begin, call.end});
  }
}

InvariantResult check_h2(const JudgedRun& subject) { return in_each_call(subject, look_h2); }

}  // namespace

InvariantEntry h2_callbacks_are_bulkheads() {
  return {.id = "H2",
          .kind = InvariantKind::trace,
          .meaning =
              "Whoever began a scope hears of its end: no scope with callbacks in it "
              "stays open.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_h2};
}

}  // namespace trainwreck::invariants
