#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_n5(const CallSpan& call, Breaches& breaches) {
  for (const HookCall& hook : call.strays) {
    breaches.add(
        fmt::format("{} came at {}, outside of its scope", text_of(hook), place_of(*hook.begin)),
        {hook.begin});
  }
}

InvariantResult check_n5(const JudgedRun& subject) { return in_each_call(subject, look_n5); }

}  // namespace

InvariantEntry n5_no_hook_outside_its_scope() {
  return {.id = "N5",
          .kind = InvariantKind::trace,
          .meaning = "No hook is called outside of the scope that it speaks of.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_n5};
}

}  // namespace trainwreck::invariants
