#include <fmt/format.h>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/process/called_as.h"
#include "scenarios/suite/replay_token.h"
#include "scenarios/suite/selection.h"

namespace trainwreck {
namespace {

void tell_changes(const ReplayToken& then, const ReplayToken& now) {
  if (then.scenario != now.scenario) {
    fmt::print(stderr, "{} has changed since: this may be another run.\n", then.path);
  }
  if (then.build != now.build) {
    fmt::print(stderr, "{} has been built anew since: this may be another run.\n", called_as());
  }
}

}  // namespace

int command_replay(const std::string& text, const Vocabulary& vocabulary) {
  const auto token = token_from(text);
  if (!token) {
    fmt::print(stderr, "\"{}\" is no token as a failure prints it.\n", text);
    return kUsageError;
  }
  const Selection selection{.profile = token->profile, .case_name = token->case_name, .all = true};
  std::vector<Plan> plans;
  if (!select_plans({token->path}, selection, vocabulary, plans)) return kUsageError;
  Plan plan = plans.front();
  plan.seed = token->seed;
  tell_changes(*token, token_for(plan));
  return show_plan(plan, vocabulary);
}

}  // namespace trainwreck
