#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/contract/checked_source.h"
#include "engine/contract/source_script.h"

namespace trainwreck {

class Executor;

// Makes the same source afresh each time.
using SourceFactory = std::function<std::shared_ptr<DataSource>()>;

struct ScriptOptions {
  RuleSet without;
  std::uint64_t seed = 0;        // of the passes
  std::int64_t longest = 1000;   // batches of a walk; a stream that tells no length has ended then
  bool endless = false;          // it need not
  std::int64_t budget = 4000;    // batches of a script; it ends when they are gone
  Executor* executor = nullptr;  // for `together`; without one that is plain fetches
};

struct ScriptResult {
  std::optional<DataFinding> finding;
  std::vector<std::string> story;  // what was done, step by step, with the numbers counted out
  std::int64_t batches = 0;
  RuleSet looked_at;
};

// Does with a fresh source what the script says and holds the data contract against it. A second
// source of the same making is led along in step, so that what depends on anything but the making
// and the treatment shows. Stops at the first rule that is broken. What is no std::exception
// passes.
ScriptResult run_script(const SourceFactory& make, const SourceScript& script,
                        const ScriptOptions& options = {});

}  // namespace trainwreck
