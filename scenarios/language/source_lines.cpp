#include "scenarios/language/source_lines.h"

#include <charconv>

#include "engine/base/json_node.h"

namespace trainwreck {
namespace {

// One step down; null where it leads nowhere.
const JsonNode* below(const JsonNode& node, std::string_view step) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (pointer_to("", node.keys[i]).substr(1) == step) return &node.items[i];
  }
  if (!node.is(JsonNode::Kind::list)) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool whole = error == std::errc() && end == step.data() + step.size();
  return whole && index < node.items.size() ? &node.items[index] : nullptr;
}

}  // namespace

int line_in_text(std::string_view text, std::string_view pointer) {
  Diagnostics mistakes;
  const JsonNode root = parse_json(text, {.comments = true}, mistakes);
  const JsonNode* node = &root;
  int line = root.line;
  while (node != nullptr && pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t slash = pointer.find('/');
    node = below(*node, pointer.substr(0, slash));
    if (node != nullptr) line = node->line;
    pointer.remove_prefix(slash == std::string_view::npos ? pointer.size() : slash);
  }
  return line;
}

}  // namespace trainwreck
