#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_h4(const CallSpan& call, Breaches& breaches) {
  for (std::size_t i = 0; i < call.exceptions.size(); ++i) {
    const HookCall& hook = call.exceptions[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (call.exceptions[j].position() != hook.position()) continue;
      breaches.add(fmt::format("{} came twice in a run", text_of(hook)),
                   {call.exceptions[j].begin, hook.begin});
      break;
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
