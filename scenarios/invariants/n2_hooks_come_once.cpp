#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_for_twins(const std::vector<HookCall>& hooks, const ScopeSpan& scope,
                    Breaches& breaches) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (hooks[i].who() != hooks[j].who() || hooks[i].position() != hooks[j].position()) continue;
      breaches.add(fmt::format("{} came twice at {}", text_of(hooks[i]), place_of(scope)),
                   {hooks[j].begin, hooks[i].begin});
      break;
    }
  }
}

void look_n2(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    look_for_twins(scope.begins, scope, breaches);
    look_for_twins(scope.ends, scope, breaches);
  }
}

InvariantResult check_n2(const JudgedRun& subject) { return in_each_call(subject, look_n2); }

}  // namespace

InvariantEntry n2_hooks_come_once() {
  return {.id = "N2",
          .kind = InvariantKind::trace,
          .meaning = "A callback hears of the beginning and the end of a scope at most once.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_n2};
}

}  // namespace trainwreck::invariants
