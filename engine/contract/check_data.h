#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/contract/script_run.h"

namespace trainwreck {

struct CheckPlan {
  ScriptOptions options{};
  std::int64_t scripts = 1000;
  std::int64_t steps = 24;      // of a script, at most
  std::uint64_t seed = 0;       // of the scripts
  std::int64_t attempts = 500;  // to shrink a script
};

// A script that breaks a rule.
struct ScriptFinding {
  SourceScript script;      // shrunk
  std::size_t steps = 0;    // that it had before
  std::int64_t number = 0;  // which of the seed's scripts it was
  DataFinding finding;
  std::vector<std::string> story;
};

struct CheckReport {
  std::optional<ScriptFinding> finding;
  std::int64_t scripts = 0;
  std::int64_t batches = 0;
  RuleSet looked_at;
};

// Runs random scripts until one of them breaks a rule of the data contract, and shrinks that one.
// `about_to_run` hears of every script that is run, so that somebody outside knows which one never
// came to its end.
CheckReport check_data(const SourceFactory& make, const CheckPlan& plan = {},
                       const std::function<void(const SourceScript&)>& about_to_run = {});

// Shrinks a script that was seen to break a rule to one that breaks the same rule.
ScriptFinding shrink_finding(const SourceFactory& make, const SourceScript& script,
                             ScriptResult broken, const CheckPlan& plan,
                             const std::function<void(const SourceScript&)>& about_to_run = {});

}  // namespace trainwreck
