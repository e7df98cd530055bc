#pragma once

#include <optional>
#include <string>

#include "engine/base/json_node.h"
#include "tests/observations/statement.h"

namespace trainwreck::testing {

// The facts about callbacks, epochs and files that an observation keeps in tables of its own, as a
// scenario states them through table_is, callback_is and their like; null where it does not.
std::optional<JsonNode> callback_table(const Statement& statement, const std::string& key);

}  // namespace trainwreck::testing
