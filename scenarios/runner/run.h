#pragma once

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// Builds everything afresh, runs the story, hands back what can be known of it.
Outcome run(const Plan& plan, const Vocabulary& vocabulary);

}  // namespace trainwreck
