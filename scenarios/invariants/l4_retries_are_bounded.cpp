#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

constexpr std::int64_t kMostRetries = 8;

void look_l4(const CallSpan& call, Breaches& breaches) {
  std::int64_t retries = 0;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StepBegin>(*line)) retries = 0;
    const auto policy = as<traced::Policy>(*line);
    if (!policy || policy->choice != traced::Choosing::retry) continue;
    if (++retries != kMostRetries + 1) continue;
    breaches.add(fmt::format("the {}th try at {}", retries + 1, place_of(*line)), {line});
  }
}

InvariantResult check_l4(const JudgedRun& subject) { return in_each_call(subject, look_l4); }

}  // namespace

InvariantEntry l4_retries_are_bounded() {
  return {.id = "L4",
          .kind = InvariantKind::trace,
          .meaning = "Nothing is tried again more than a few times.",
          .fields = {"policies"},
          .needs = {},
          .check = &check_l4};
}

}  // namespace trainwreck::invariants
