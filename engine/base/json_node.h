#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"

namespace trainwreck {

// A parsed JSON value that knows its line. For readers that Params does not suit: file formats and
// traces. Plain data; an object's members stand in the text's order.
struct JsonNode {
  enum class Kind : std::uint8_t { null, flag, integer, number, text, list, object };

  Kind kind = Kind::null;
  bool flag = false;
  int line = 0;
  std::int64_t integer = 0;     // only for an integer that fits
  double number = 0.0;          // for both kinds of numbers
  std::string text;             // a text's value; a number's spelling when it is no integer
  std::vector<JsonNode> items;  // of a list, or the values of an object
  std::vector<std::string> keys;

  bool is(Kind wanted) const { return kind == wanted; }
  // The member called `key`, or null.
  const JsonNode* find(std::string_view key) const;
};

struct JsonLimits {
  bool comments = false;
  // Deeper or bigger than this is refused, so hostile text can exhaust neither stack nor memory.
  int depth = 200;
  std::size_t nodes = 4'000'000;
};

// Syntax errors, limits and repeated keys become Diagnostics. After a repeated key parsing goes on
// and the first value holds; after the other two the result is an empty object.
JsonNode parse_json(std::string_view text, const JsonLimits& limits, Diagnostics& out);

// Compact JSON; numbers as they were spelled.
std::string json_text(const JsonNode& node);
// A string literal. Bytes that are no UTF-8 become U+FFFD.
std::string json_text(std::string_view text);
// One more step of a JSON pointer: "/fit" + "a/b" is "/fit/a~1b".
std::string pointer_to(std::string_view parent, std::string_view key);

}  // namespace trainwreck
