#pragma once

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"

namespace trainwreck {

// Holds everything that the plan's scenario states against what the run came to.
Verdict judge(const Outcome& outcome, const Plan& plan);

}  // namespace trainwreck
