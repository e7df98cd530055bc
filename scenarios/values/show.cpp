#include "scenarios/values/show.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_node.h"
#include "engine/base/text.h"

namespace trainwreck::values {
namespace {

constexpr std::size_t kLongestShown = 60;

std::string shown_entries(const Tree& tree, NodeId id) {
  const Node& node = tree.node(id);
  const Entries& entries = tree.entries(id);
  if (node.is(Kind::map)) return "a map of " + std::to_string(entries.all.size());
  const std::string name(entries.class_name.substr(0, kLongestShown));
  return node.has(kClass) ? "the class " + name : "an object of class " + name;
}

// A text around this place, cut to a bearable length.
std::string shown_text(std::string_view text, std::size_t around = 0) {
  if (text.size() <= kLongestShown) return json_text(text);
  std::size_t start = around < kLongestShown / 2 ? 0 : around - kLongestShown / 2;
  // A cut through a character would show as a character of its own.
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) {
    ++start;
  }
  std::size_t end = std::min(text.size(), start + kLongestShown);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return (start > 0 ? "..." : "") + json_text(text.substr(start, end - start)) +
         (end < text.size() ? "..." : "");
}

std::string shown_byte(const Content& content, std::size_t at) {
  std::string text = std::to_string(content.size) + " bytes";
  if (content.hash != 0 || at >= content.size) return text;
  const DType byte = raw_dtype("byte", 1);
  return text + ", byte " + std::to_string(at) + " is " +
         element_text(byte, content.bytes.substr(at, 1));
}

}  // namespace

std::string shown_shape(const Array& array) {
  std::string text = array.type.name + " [";
  for (std::size_t i = 0; i < array.shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(array.shape[i]);
  }
  return text + "]";
}

std::string shown(const Tree& tree, NodeId id) {
  const Node& node = tree.node(id);
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::flag:
      return node.flag() ? "true" : "false";
    case Kind::integer:
      return node.has(kBig) ? std::string(tree.text(id).substr(0, kLongestShown))
                            : std::to_string(node.integer());
    case Kind::real:
      return python_number(node.real());
    case Kind::text:
      if (tree.content(node.at).hash == 0) return shown_text(tree.text(id));
      return "a text of " + std::to_string(tree.content(node.at).size) + " bytes";
    case Kind::bytes:
      return std::to_string(tree.content(node.at).size) + " bytes";
    case Kind::array:
      return shown_shape(tree.array(id));
    case Kind::list:
      return (node.has(kSet) ? "a set of " : "a list of ") + std::to_string(tree.items(id).size());
    case Kind::map:
    case Kind::object:
      break;
  }
  return shown_entries(tree, id);
}

Shown shown_elements(const Array& array, std::string_view a, std::string_view b,
                     std::size_t element) {
  std::vector<std::uint64_t> index(array.shape.size());
  std::uint64_t rest = element;
  for (std::size_t i = index.size(); i-- > 0;) {
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(array.shape[i], 1));
    index[i] = rest % size;
    rest /= size;
  }
  std::string text;
  for (const std::uint64_t i : index) text += (text.empty() ? "[" : ", ") + std::to_string(i);
  if (!text.empty()) text += "]";
  const std::size_t at = element * array.type.size;
  return {std::move(text), element_text(array.type, a.substr(at, array.type.size)),
          element_text(array.type, b.substr(at, array.type.size))};
}

Shown shown_contents(const Content& a, const Content& b, bool text) {
  if (a.hash != 0 || b.hash != 0) {
    return {"", std::to_string(a.size) + " bytes", std::to_string(b.size) + " other bytes"};
  }
  const auto ends = std::mismatch(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
  const auto at = static_cast<std::size_t>(ends.first - a.bytes.begin());
  if (text) return {"", shown_text(a.bytes, at), shown_text(b.bytes, at)};
  return {"", shown_byte(a, at), shown_byte(b, at)};
}

}  // namespace trainwreck::values
