#pragma once

#include "engine/loop/policy.h"
#include "engine/seams/seams.h"
#include "engine/trainer/trainer.h"
#include "scenarios/outcome.h"
#include "scenarios/scenario.h"

namespace trainwreck {

// A chapter's call of fit, evaluate, ... or of a loop that somebody wrote by hand.
struct StoryCall {
  Action action;
  Trainer& trainer;
  DataSource& data;
  FitOptions options;
  const Policy& policy;
  Seams seams;
};

// Throws what the call throws; `came` keeps what it came to.
void make_call(const StoryCall& call, CallOutcome& came);

}  // namespace trainwreck
