#include "engine/base/json_values.h"

#include <fmt/format.h>

#include <limits>

namespace trainwreck {

using Kind = JsonNode::Kind;

JsonNode json_of(const Params& params) { return *params.value(); }

std::optional<double> number_of(const JsonNode& value) {
  using Limits = std::numeric_limits<double>;
  if (value.is(Kind::integer) || value.is(Kind::number)) return value.number;
  if (!value.is(Kind::text)) return std::nullopt;
  if (value.text == "nan") return Limits::quiet_NaN();
  if (value.text == "inf") return Limits::infinity();
  if (value.text == "-inf") return -Limits::infinity();
  return std::nullopt;
}

std::string value_text(const JsonNode& value) {
  if (value.is(Kind::flag)) return value.flag ? "true" : "false";
  if (value.is(Kind::list)) {
    std::vector<std::string> items;
    for (const JsonNode& item : value.items) items.push_back(value_text(item));
    return value_text(items);
  }
  const std::optional<double> number = number_of(value);
  return value.is(Kind::text) && !number ? value.text : value_text(number);
}

std::string value_text(const std::optional<double>& number) {
  return number ? fmt::format("{:.7g}", *number) : "null";
}

std::string value_text(const std::vector<std::string>& texts) {
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace trainwreck
