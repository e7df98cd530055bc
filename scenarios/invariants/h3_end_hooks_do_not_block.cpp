#include <fmt/format.h>

#include <vector>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_h3(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr) return;
  std::vector<const ScopeSpan*> open;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.end == nullptr) open.push_back(&scope);
  }
  for (const RaisedError& error : call.errors) {
    if (!error.in_end_hook) continue;
    for (const ScopeSpan* scope : open) {
      if (scope->begin->seq > error.line->seq) break;
      breaches.add(fmt::format("{} of {} raised {}, and {} ({}) was never closed", error.hook,
                               error.who, error.type, scope->kind, place_of(*scope)),
                   {error.line, scope->begin, call.end});
    }
  }
}

InvariantResult check_h3(const JudgedRun& subject) { return in_each_call(subject, look_h3); }

}  // namespace

InvariantEntry h3_end_hooks_do_not_block() {
  return {.id = "H3",
          .kind = InvariantKind::trace,
          .meaning = "An error in an end hook keeps no outer scope from its end.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_h3};
}

}  // namespace trainwreck::invariants
