#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/flow/verdict.h"

namespace trainwreck {

// A verdict as one line of JSON and back: what a worker process tells its parent, and what the JSON
// report holds. nullopt when the text is no verdict.
std::string json_of(const Verdict& verdict);
std::optional<Verdict> verdict_from(std::string_view json);

}  // namespace trainwreck
