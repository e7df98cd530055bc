#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

struct ParsedScenario {
  std::vector<Scenario> scenarios;  // one, or one per case; empty when there are mistakes
  Diagnostics mistakes;             // all of them, in one pass
};
// `path` is for messages alone: the file was read by the caller.
ParsedScenario parse_scenario(std::string_view text, const std::string& path,
                              const Vocabulary& vocabulary);

}  // namespace trainwreck
