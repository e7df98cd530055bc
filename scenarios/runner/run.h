#pragma once

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

class BlackBox;

// Builds everything afresh, runs the story, hands back what can be known of it. What happens is
// noted in the box, if there is one, so that it outlives this process.
Outcome run(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box = nullptr);

}  // namespace trainwreck
