#pragma once

#include <string>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// Holds everything that the plan's scenario states against what the run came to.
Verdict judge(const Outcome& outcome, const Plan& plan, const Vocabulary& vocabulary);

// "call 0 after restart 1 failed: KeyError in on_train_begin of log: ...".
std::string ending_text(const CallOutcome& call);

// The texts of a trace's last few lines: of the call that began there, or of all.
std::vector<std::string> last_events(const Trace& trace, const Instant* call = nullptr);

}  // namespace trainwreck
