#pragma once

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

class BlackBox;

// The story in real processes: each is forked, trains in a directory of its own on the real seams,
// and really dies of what strikes it. Its trace stands in shared memory, so it outlives it; what a
// call came to is known only of calls that returned. Throws std::runtime_error when the harness
// itself fails.
// The trace is written into the box, if there is one.
Outcome run_for_real(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box = nullptr);

}  // namespace trainwreck
