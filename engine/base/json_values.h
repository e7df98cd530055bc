#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/base/params.h"

namespace trainwreck {

// What a file may say and Params has no word for: values of several kinds in one list, and numbers
// that JSON does not have.

// The value that these parameters stand for.
JsonNode json_of(const Params& params);

// A number, or one of the texts "nan", "inf" and "-inf".
std::optional<double> number_of(const JsonNode& value);

// A value as text that is the same for the same value, whether a file has it or a run: numbers have
// seven digits, as figures in a scenario do. No number is "null".
std::string value_text(const JsonNode& value);
std::string value_text(const std::optional<double>& number);
std::string value_text(const std::vector<std::string>& texts);

}  // namespace trainwreck
