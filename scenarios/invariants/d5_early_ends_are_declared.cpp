#include <fmt/format.h>

#include <set>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// The epochs of which a policy says so.
std::set<std::int64_t> declared_epochs(const CallSpan& call) {
  std::set<std::int64_t> epochs;
  for (const TraceLine* line : call.lines) {
    const auto policy = as<traced::Policy>(*line);
    if (policy && policy->choice == traced::Choosing::exhausted_early) epochs.insert(policy->epoch);
  }
  return epochs;
}

void look_d5(const CallSpan& call, Breaches& breaches) {
  const std::set<std::int64_t> declared = declared_epochs(call);
  for (const TraceLine* line : call.lines) {
    const auto warning = as<traced::Warning>(*line);
    if (!warning || warning->id != "data.ran_out") continue;
    if (declared.contains(warning->epoch)) continue;
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
