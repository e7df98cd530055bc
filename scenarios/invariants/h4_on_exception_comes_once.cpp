#include <fmt/format.h>

#include <cstdint>
#include <map>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_h4(const CallSpan& call, Breaches& breaches) {
  std::map<std::int64_t, const HookCall*> told;  // the first of each callback
  for (const HookCall& hook : call.exceptions) {
    const auto [first, is_new] = told.emplace(hook.position(), &hook);
    if (!is_new) {
      breaches.add(fmt::format("{} came twice in a run", text_of(hook)),
                   {first->second->begin, hook.begin});
    }
    if (!call.errors.empty() && call.errors.front().line->seq > hook.begin->seq &&
        !call.failed_unseen && call.error().empty()) {
      breaches.add(fmt::format("{} came without an error", text_of(hook)), {hook.begin});
    }
  }
}

InvariantResult check_h4(const JudgedRun& subject) { return in_each_call(subject, look_h4); }

}  // namespace

InvariantEntry h4_on_exception_comes_once() {
  return {.id = "H4",
          .kind = InvariantKind::trace,
          .meaning =
              "on_exception comes at most once for a callback in a run, before outer "
              "scopes end.",
          .fields = {"hooks"},
          .needs = {},
          .check = &check_h4};
}

}  // namespace trainwreck::invariants
