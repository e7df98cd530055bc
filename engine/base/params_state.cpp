#include "engine/base/params_state.h"

#include <algorithm>

#include "engine/base/text.h"

namespace trainwreck {
namespace {

using Kind = JsonNode::Kind;

std::string range_text(const std::string& low, bool has_low, const std::string& high,
                       bool has_high) {
  if (has_low && has_high) return "must be in [" + low + ", " + high + "]";
  return has_low ? "must be at least " + low : "must be at most " + high;
}

std::string integer_complaint(const JsonNode& node) {
  const bool too_big =
      node.is(Kind::number) && node.text.find_first_not_of("-0123456789") == std::string::npos;
  return std::string(too_big ? "must fit in 64 bits with a sign" : "must be an integer") +
         ", got " + shown(node);
}

}  // namespace

std::string shown(const JsonNode& node) {
  constexpr std::size_t kLongest = 60;
  std::string text = json_text(node);
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  // Never between the bytes of one character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

bool Params::State::is_object() {
  if (node->is(Kind::object)) return true;
  if (!refused && !(node->is(Kind::text) && read_as_text)) {
    out->push_back({pointer, "must be an object, got " + shown(*node), node->line});
    refused = true;
  }
  return false;
}

const JsonNode* Params::State::ask(ParamDoc doc) {
  const std::string key = doc.key;
  const bool known = std::any_of(asked.begin(), asked.end(),
                                 [&](const ParamDoc& other) { return other.key == key; });
  if (!known) asked.push_back(std::move(doc));
  return is_object() ? node->find(key) : nullptr;
}

const JsonNode* Params::State::need(ParamDoc doc) {
  const std::string key = doc.key;
  const JsonNode* value = ask(std::move(doc));
  if (value == nullptr && is_object()) {
    out->push_back({pointer_to(pointer, key), "is missing", node->line});
  }
  return value;
}

void Params::State::complain(const std::string& at, const JsonNode& value, std::string message) {
  out->push_back({at, std::move(message), value.line});
}

std::optional<std::int64_t> Params::State::integer(const std::string& at, const JsonNode& value,
                                                   IntegerRange range) {
  if (!value.is(Kind::integer)) {
    complain(at, value, integer_complaint(value));
    return std::nullopt;
  }
  if (value.integer >= range.low && value.integer <= range.high) return value.integer;
  const IntegerRange all;
  complain(at, value,
           range_text(std::to_string(range.low), range.low != all.low, std::to_string(range.high),
                      range.high != all.high) +
               ", got " + shown(value));
  return std::nullopt;
}

std::optional<double> Params::State::number(const std::string& at, const JsonNode& value,
                                            NumberRange range) {
  if (!value.is(Kind::integer) && !value.is(Kind::number)) {
    complain(at, value, "must be a number, got " + shown(value));
    return std::nullopt;
  }
  if (value.number >= range.low && value.number <= range.high) return value.number;
  const NumberRange all;
  complain(at, value,
           range_text(number_text(range.low), range.low != all.low, number_text(range.high),
                      range.high != all.high) +
               ", got " + shown(value));
  return std::nullopt;
}

std::optional<std::string> Params::State::text(const std::string& at, const JsonNode& value) {
  if (value.is(Kind::text)) return value.text;
  complain(at, value, "must be text, got " + shown(value));
  return std::nullopt;
}

std::optional<bool> Params::State::flag(const std::string& at, const JsonNode& value) {
  if (value.is(Kind::flag)) return value.flag;
  complain(at, value, "must be true or false, got " + shown(value));
  return std::nullopt;
}

std::optional<std::size_t> Params::State::choice(const std::string& at, const JsonNode& value,
                                                 std::span<const std::string_view> choices) {
  const std::optional<std::string> word = text(at, value);
  if (!word) return std::nullopt;
  const auto found = std::find(choices.begin(), choices.end(), *word);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::string_view near = closest(*word, choices);
  const std::string advice =
      near.empty() ? "can be " + joined(choices) : "did you mean " + json_text(near) + "?";
  complain(at, value, shown(value) + " is unknown; " + advice);
  return std::nullopt;
}

}  // namespace trainwreck
