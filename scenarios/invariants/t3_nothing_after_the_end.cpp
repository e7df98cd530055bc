#include <fmt/format.h>

#include <algorithm>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

// What fails in the last hook of all can only be told of after it.
bool fails_in_its_end(const ScopeSpan& scope) {
  return std::any_of(scope.ends.begin(), scope.ends.end(),
                     [](const HookCall& hook) { return hook.raised(); });
}

void look_t3(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& train : call.scopes) {
    if (train.kind != "train" || train.end == nullptr) continue;
    for (const TraceLine* line : lines_from(call, train.end->seq)) {
      const auto hook = as<traced::HookBegin>(*line);
      if (!hook) continue;
      if (hook->hook == "on_exception" && fails_in_its_end(train)) continue;
      breaches.add(
          fmt::format("{} of {} came after the end of the training", hook->hook, hook->callback),
          {train.end, line});
    }
  }
}

InvariantResult check_t3(const JudgedRun& subject) { return in_each_call(subject, look_t3); }

}  // namespace

InvariantEntry t3_nothing_after_the_end() {
  return {.id = "T3",
          .kind = InvariantKind::trace,
          .meaning = "No callback is called once the training has ended.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_t3};
}

}  // namespace trainwreck::invariants
