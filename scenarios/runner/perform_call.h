#pragma once

#include "engine/policy/policy.h"
#include "engine/seams/seams.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/scenario.h"
#include "trainwreck/fault.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// A chapter's call of fit, evaluate, ... or of a loop that somebody wrote by hand.
struct CallRequest {
  Action action;
  Trainer& trainer;
  DataSource& data;
  std::int64_t batch;  // which one a call on a single batch gets
  FitOptions options;
  const Policy& policy;
  Seams seams;
};

// Throws what the call throws; `came` keeps what it came to.
void perform_call(const CallRequest& call, CallOutcome& outcome);

// What a hook does that calls its own trainer: one epoch, which a probe called "inner" listens to.
// Without the callbacks around it: the hook would call again and again.
void call_again(World::Again what, Trainer& trainer, DataSource& data);

}  // namespace trainwreck
