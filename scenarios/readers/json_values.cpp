#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "engine/base/json_node.h"
#include "scenarios/readers/text_formats.h"

namespace trainwreck::values {
namespace {

// What Python writes for numbers that JSON lacks, and texts which no file holds that stand for
// them while the parser works. The longer word of two that begin alike comes first.
struct PythonNumber {
  std::string_view word;
  std::string_view stand_in;
  double value;
};
constexpr std::array<PythonNumber, 3> kPythonNumbers = {{
    {"-Infinity", "\"\xEF\xBF\xBEtrainwreck -Infinity\"", -std::numeric_limits<double>::infinity()},
    {"Infinity", "\"\xEF\xBF\xBEtrainwreck Infinity\"", std::numeric_limits<double>::infinity()},
    {"NaN", "\"\xEF\xBF\xBEtrainwreck NaN\"", std::numeric_limits<double>::quiet_NaN()},
}};

const PythonNumber* python_number_at(std::string_view text) {
  for (const PythonNumber& number : kPythonNumbers) {
    if (text.starts_with(number.word)) return &number;
  }
  return nullptr;
}

// The end of the string that begins here.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::string with_stand_ins(std::string_view text, Budget& budget) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const PythonNumber* number =
        c == 'N' || c == 'I' || c == '-' ? python_number_at(text.substr(at)) : nullptr;
    if (number != nullptr) {
      budget.spend_bytes(number->stand_in.size());
      out += number->stand_in;
      at += number->word.size();
      continue;
    }
    const std::size_t end = c == '"' ? string_end(text, at) : at + 1;
    out.append(text, at, end - at);
    at = end;
  }
  return out;
}

class JsonReader {
 public:
  explicit JsonReader(Tree& tree) : tree_(tree) {}

  // As deep as the parser's limit.
  NodeId add(JsonNode& node) {
    switch (node.kind) {
      case JsonNode::Kind::null:
        return tree_.add_null();
      case JsonNode::Kind::flag:
        return tree_.add_flag(node.flag);
      case JsonNode::Kind::integer:
        return tree_.add_integer(node.integer);
      case JsonNode::Kind::number:
        return add_number(node);
      case JsonNode::Kind::text:
        return add_text(node);
      case JsonNode::Kind::list:
        return add_list(node);
      case JsonNode::Kind::object:
        break;
    }
    const NodeId map = tree_.add_map();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const NodeId value = add(node.items[i]);
      tree_.set(map, {Key::Kind::text, std::move(node.keys[i])}, value);
    }
    return map;
  }

 private:
  // An integer of more than 64 bits loses digits as a real.
  NodeId add_number(JsonNode& node) {
    const std::string_view digits = node.text;
    const bool integer = digits.find_first_not_of("-0123456789") == std::string_view::npos;
    if (integer && !digits.empty()) return tree_.add_big_integer(std::move(node.text));
    return tree_.add_real(node.number);
  }
  NodeId add_text(JsonNode& node) {
    for (const PythonNumber& number : kPythonNumbers) {
      const std::string_view inner = number.stand_in.substr(1, number.stand_in.size() - 2);
      if (node.text == inner) return tree_.add_real(number.value);
    }
    return tree_.add_text(tree_.keep(std::move(node.text)));
  }
  NodeId add_list(JsonNode& node) {
    std::vector<NodeId> items;
    items.reserve(node.items.size());
    for (JsonNode& item : node.items) items.push_back(add(item));
    return tree_.add_list(std::move(items));
  }

  Tree& tree_;
};

}  // namespace

NodeId read_json(std::string_view text, Reading& reading) {
  // The parser takes a zero for the end of its input, and would not see what follows.
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) refuse_bytes("is no JSON: it holds a zero byte", zero);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  JsonLimits limits;
  limits.depth = reading.limits.depth;
  limits.nodes = std::min(limits.nodes, reading.limits.nodes);
  Diagnostics complaints;
  const std::string prepared = with_stand_ins(text, reading.budget);
  JsonNode root = parse_json(prepared, limits, complaints);
  for (const Diagnostic& complaint : complaints) {
    if (complaint.message != "is given twice") {
      refuse_bytes("line " + std::to_string(complaint.line) + " " + complaint.message, 0);
    }
  }
  return JsonReader(reading.tree).add(root);
}

NodeId read_json_lines(std::string_view text, Reading& reading) {
  std::vector<NodeId> values;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      values.push_back(read_json(line, reading));
    } catch (const FormatError&) {
      refuse_bytes("line " + std::to_string(number) + " is no JSON", 0);
    }
  }
  return reading.tree.add_list(std::move(values));
}

}  // namespace trainwreck::values
