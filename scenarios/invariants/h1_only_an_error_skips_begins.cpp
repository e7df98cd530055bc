#include <fmt/format.h>

#include <algorithm>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool came_or_may_be_skipped(const ScopeSpan& scope, const ListedCallback& callback) {
  return std::any_of(scope.begins.begin(), scope.begins.end(), [&](const HookCall& hook) {
    const bool same = hook.who() == callback.who && hook.position() == callback.position;
    return same || (hook.raised() && hook.position() < callback.position);
  });
}

void look_h1(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.end == nullptr) continue;
    const std::string name = fmt::format("on_{}_begin", scope.kind);
    for (const ListedCallback& callback : call.callbacks) {
      if (!callback.has(name) || came_or_may_be_skipped(scope, callback)) continue;
      breaches.add(fmt::format("{} of {} is missing at {}, and none before it raised", name,
                               callback.who, place_of(scope)),
                   {scope.begin});
    }
  }
}

InvariantResult check_h1(const JudgedRun& subject) { return in_each_call(subject, look_h1); }

}  // namespace

InvariantEntry h1_only_an_error_skips_begins() {
  return {.id = "H1",
          .kind = InvariantKind::trace,
          .meaning = "Begin hooks of a scope are skipped only behind one that raised.",
          .fields = {"scopes", "hooks", "callbacks"},
          .needs = {},
          .check = &check_h1};
}

}  // namespace trainwreck::invariants
