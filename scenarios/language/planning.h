#pragma once

#include <vector>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// One plan for each profile that the scenario says something about. What is planned under hardened
// has to keep the contract, unless the scenario says something else about it or takes choices of
// its own.
std::vector<Plan> plan(const Scenario& scenario, const Vocabulary& vocabulary);

}  // namespace trainwreck
