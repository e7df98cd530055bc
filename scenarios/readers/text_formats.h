#pragma once

#include <optional>
#include <string_view>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

// JSON as Python writes it: NaN and Infinity are numbers. Of a repeated key the first value counts.
NodeId read_json(std::string_view text, Reading& reading);
// A value a line, as a list.
NodeId read_json_lines(std::string_view text, Reading& reading);

// Columns by the names in the first row, or by number where that row has numbers in it. A cell that
// is a number counts by its value. A row that is too short lacks its last cells.
NodeId read_csv(std::string_view text, char delimiter, Reading& reading);

NodeId read_safetensors_values(std::string_view bytes, Reading& reading);
bool is_safetensors(std::string_view bytes);

// An integer or a real if the whole text is one, as C, Python and JavaScript write them.
std::optional<NodeId> number_in(std::string_view text, Tree& tree);

}  // namespace trainwreck::values
