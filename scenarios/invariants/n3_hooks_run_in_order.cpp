#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_at_order(const std::vector<HookCall>& hooks, const ScopeSpan& scope, Breaches& breaches) {
  for (std::size_t i = 1; i < hooks.size(); ++i) {
    if (hooks[i].position() >= hooks[i - 1].position()) continue;
    breaches.add(fmt::format("{} ran after that of {} at {}", text_of(hooks[i]), hooks[i - 1].who(),
                             place_of(scope)),
                 {hooks[i - 1].begin, hooks[i].begin});
  }
}

void look_n3(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    look_at_order(scope.begins, scope, breaches);
    look_at_order(scope.ends, scope, breaches);
  }
}

InvariantResult check_n3(const JudgedRun& subject) { return in_each_call(subject, look_n3); }

}  // namespace

InvariantEntry n3_hooks_run_in_order() {
  return {.id = "N3",
          .kind = InvariantKind::trace,
          .meaning = "Hooks of a scope run in the order in which the callbacks were registered.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_n3};
}

}  // namespace trainwreck::invariants
