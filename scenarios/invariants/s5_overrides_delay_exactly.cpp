#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// The policy's line "delay_stop" names the first epoch that is not to begin.
void look_s5(const CallSpan& call, Breaches& breaches) {
  const TraceLine* delay = nullptr;
  std::int64_t until = -1;
  for (const TraceLine* line : call.lines) {
    const auto policy = as<traced::Policy>(*line);
    if (policy && policy->choice == traced::Choosing::delay_stop) {
      delay = line;
      until = policy->number;
    }
    const auto scope = as<traced::ScopeBegin>(*line);
    const bool begins = scope && scope->scope == "epoch";
    if (delay == nullptr || !begins || scope->epoch < until) continue;
    breaches.add(
        fmt::format("epoch {} began, and the stop was delayed to epoch {}", scope->epoch, until),
        {delay, line});
  }
}

InvariantResult check_s5(const JudgedRun& subject) { return in_each_call(subject, look_s5); }

}  // namespace

InvariantEntry s5_overrides_delay_exactly() {
  return {.id = "S5",
          .kind = InvariantKind::trace,
          .meaning = "An override such as min_epochs delays a stop to the epoch that it names.",
          .fields = {"scopes", "stops", "steps", "policies"},
          .needs = {},
          .check = &check_s5};
}

}  // namespace trainwreck::invariants
