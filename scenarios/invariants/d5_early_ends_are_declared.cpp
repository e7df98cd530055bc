#include <fmt/format.h>

#include <algorithm>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_d5(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const auto warning = as<traced::Warning>(*line);
    if (!warning || warning->id != "data.ran_out") continue;
    const bool declared =
        std::any_of(call.lines.begin(), call.lines.end(), [&](const TraceLine* other) {
          const auto policy = as<traced::Policy>(*other);
          return policy && policy->choice == traced::Choosing::exhausted_early &&
                 policy->epoch == warning->epoch;
        });
    if (declared) continue;
    breaches.add(fmt::format("the data ended early at {}, with a warning alone: {}",
                             place_of(*line), warning->text),
                 {line});
  }
}

InvariantResult check_d5(const JudgedRun& subject) { return in_each_call(subject, look_d5); }

}  // namespace

InvariantEntry d5_early_ends_are_declared() {
  return {.id = "D5",
          .kind = InvariantKind::trace,
          .meaning = "Data that ends early is declared: how much was due and how much came.",
          .fields = {"fetches", "policies", "warnings"},
          .needs = {},
          .check = &check_d5};
}

}  // namespace trainwreck::invariants
