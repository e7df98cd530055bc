#include "engine/base/json_node.h"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace trainwreck {
namespace {

// The line of the character that was read last.
struct LineCount {
  int line = 1;
  bool at_end_of_line = false;
};

// Lets the parser read and tells where it is. Right for numbers too, whose end shows only with the
// character behind them: should that be a line feed, it still stands on the number's own line.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, LineCount& count) : at_(at), count_(&count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (count_->at_end_of_line) ++count_->line;
    count_->at_end_of_line = *at_ == '\n';
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  LineCount* count_;
};

// What the library says, less its own numbering, in plain ASCII and of bearable length.
std::string complaint(std::string_view text) {
  for (const std::string_view mark : {"] ", "column "}) {
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos) text.remove_prefix(at + mark.size());
  }
  const std::size_t colon = text.find_first_not_of("0123456789");
  if (colon != std::string_view::npos && text.substr(colon, 2) == ": ") {
    text.remove_prefix(colon + 2);
  }
  std::string plain = "is not JSON: ";
  for (const char c : text.substr(0, 160)) plain += c < ' ' || c > '~' ? '?' : c;
  return plain;
}

// Drops the members at these places, which are sorted.
void drop(JsonNode& object, const std::vector<std::size_t>& places) {
  std::size_t kept = 0;
  auto next = places.begin();
  for (std::size_t i = 0; i < object.items.size(); ++i) {
    if (next != places.end() && *next == i) {
      ++next;
      continue;
    }
    if (kept != i) {
      object.keys[kept] = std::move(object.keys[i]);
      object.items[kept] = std::move(object.items[i]);
    }
    ++kept;
  }
  object.keys.resize(kept);
  object.items.resize(kept);
}

class TreeBuilder {
 public:
  TreeBuilder(const JsonLimits& limits, const LineCount& count, Diagnostics& out)
      : limits_(limits), count_(count), out_(out) {}

  bool null() { return add(JsonNode::Kind::null) != nullptr; }
  bool boolean(bool value) {
    JsonNode* node = add(JsonNode::Kind::flag);
    if (node == nullptr) return false;
    node->flag = value;
    return true;
  }
  bool number_integer(std::int64_t value) {
    JsonNode* node = add(JsonNode::Kind::integer);
    if (node == nullptr) return false;
    node->integer = value;
    node->number = static_cast<double>(value);
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return number_integer(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(double value, const std::string& spelling) {
    JsonNode* node = add(JsonNode::Kind::number);
    if (node == nullptr) return false;
    node->number = value;
    node->text = spelling;
    return true;
  }
  bool string(std::string& value) {
    JsonNode* node = add(JsonNode::Kind::text);
    if (node == nullptr) return false;
    node->text = std::move(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonNode::Kind::object); }
  bool start_array(std::size_t) { return open(JsonNode::Kind::list); }
  bool end_array() {
    frames_.pop_back();
    return true;
  }
  bool end_object() {
    Frame& frame = frames_.back();
    if (!frame.repeated.empty()) drop(*frame.node, frame.repeated);
    frames_.pop_back();
    return true;
  }
  bool key(std::string& name) {
    Frame& frame = frames_.back();
    if (!frame.seen.insert(name).second) {
      frame.repeated.push_back(frame.node->keys.size());
      out_.push_back({pointer_to(pointer(), name), "is given twice", count_.line});
    }
    frame.node->keys.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    return refuse(complaint(error.what()));
  }

  JsonNode take() { return std::move(root_); }

 private:
  struct Frame {
    JsonNode* node;
    std::unordered_set<std::string> seen;
    std::vector<std::size_t> repeated;
  };

  bool refuse(std::string message) {
    out_.push_back({"", std::move(message), count_.line});
    return false;
  }

  JsonNode* add(JsonNode::Kind kind) {
    if (++nodes_ > limits_.nodes) {
      refuse("has more than " + std::to_string(limits_.nodes) + " values");
      return nullptr;
    }
    JsonNode* node = frames_.empty() ? &root_ : &frames_.back().node->items.emplace_back();
    node->kind = kind;
    node->line = count_.line;
    return node;
  }

  bool open(JsonNode::Kind kind) {
    if (frames_.size() >= static_cast<std::size_t>(limits_.depth)) {
      return refuse("is nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    JsonNode* node = add(kind);
    if (node == nullptr) return false;
    frames_.push_back({node, {}, {}});
    return true;
  }

  std::string pointer() const {
    std::string result;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      const JsonNode& node = *frames_[i].node;
      result = node.is(JsonNode::Kind::object)
                   ? pointer_to(result, node.keys.back())
                   : pointer_to(result, std::to_string(node.items.size() - 1));
    }
    return result;
  }

  const JsonLimits& limits_;
  const LineCount& count_;
  Diagnostics& out_;
  JsonNode root_;
  std::vector<Frame> frames_;
  std::size_t nodes_ = 0;
};

void append_text(const JsonNode& node, std::string& out) {
  switch (node.kind) {
    case JsonNode::Kind::null:
      out += "null";
      return;
    case JsonNode::Kind::flag:
      out += node.flag ? "true" : "false";
      return;
    case JsonNode::Kind::integer:
      out += std::to_string(node.integer);
      return;
    case JsonNode::Kind::number:
      out += node.text;
      return;
    case JsonNode::Kind::text:
      out += json_text(std::string_view(node.text));
      return;
    case JsonNode::Kind::list:
    case JsonNode::Kind::object:
      break;
  }
  const bool object = node.is(JsonNode::Kind::object);
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += ',';
    if (object) out += json_text(std::string_view(node.keys[i])) + ":";
    append_text(node.items[i], out);
  }
  out += object ? '}' : ']';
}

}  // namespace

const JsonNode* JsonNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

JsonNode parse_json(std::string_view text, const JsonLimits& limits, Diagnostics& out) {
  LineCount count;
  TreeBuilder builder(limits, count, out);
  const CountingIterator begin(text.data(), count);
  const CountingIterator end(text.data() + text.size(), count);
  if (nlohmann::json::sax_parse(begin, end, &builder, nlohmann::json::input_format_t::json, true,
                                limits.comments)) {
    return builder.take();
  }
  JsonNode empty;
  empty.kind = JsonNode::Kind::object;
  return empty;
}

std::string json_text(const JsonNode& node) {
  std::string result;
  append_text(node, result);
  return result;
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::string result(parent);
  result += '/';
  for (const char c : key) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace trainwreck
