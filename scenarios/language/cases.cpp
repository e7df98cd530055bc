#include "scenarios/language/cases.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/base/json_node.h"

namespace trainwreck {
namespace {

using Kind = JsonNode::Kind;

std::string unescaped(std::string_view step) {
  std::string text;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size();
    text += escape ? (step[i + 1] == '1' ? '/' : '~') : step[i];
    if (escape) ++i;
  }
  return text;
}

JsonNode* member(JsonNode& node, const std::string& step) {
  if (node.is(Kind::object)) {
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      if (node.keys[i] == step) return &node.items[i];
    }
    return nullptr;
  }
  if (!node.is(Kind::list)) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool whole = error == std::errc() && end == step.data() + step.size();
  return whole && index < node.items.size() ? &node.items[index] : nullptr;
}

// Puts `value` where the pointer says; its parent must be there. False: it is not.
bool put(JsonNode& root, std::string_view pointer, const JsonNode& value) {
  JsonNode* node = &root;
  if (pointer.empty() || pointer.front() != '/') return false;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t slash = pointer.find('/');
    const std::string step = unescaped(pointer.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    JsonNode* next = member(*node, step);
    if (last && next == nullptr && node->is(Kind::object)) {
      node->keys.push_back(step);
      node->items.push_back(value);
      return true;
    }
    if (last && next == nullptr && node->is(Kind::list) && step == "-") {
      node->items.push_back(value);
      return true;
    }
    if (next == nullptr) return false;
    if (last) {
      *next = value;
      return true;
    }
    node = next;
    pointer.remove_prefix(slash);
  }
  return false;
}

void without(JsonNode& object, std::string_view key) {
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    if (object.keys[i] != key) continue;
    object.keys.erase(object.keys.begin() + static_cast<std::ptrdiff_t>(i));
    object.items.erase(object.items.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void complain(Diagnostics& mistakes, std::size_t index, const JsonNode& at, std::string message) {
  mistakes.push_back(
      {.pointer = fmt::format("/cases/{}", index), .message = std::move(message), .line = at.line});
}

StoryCase expand(const JsonNode& root, const JsonNode& one, std::size_t index,
                 Diagnostics& mistakes) {
  StoryCase expanded;
  const JsonNode* name = one.find("name");
  const JsonNode* set = one.find("set");
  for (const std::string& key : one.keys) {
    if (key != "name" && key != "set") {
      complain(mistakes, index, one,
               fmt::format("\"{}\" is not a known key; \"name\" and \"set\" are", key));
    }
  }
  if (name == nullptr || !name->is(Kind::text)) complain(mistakes, index, one, "needs a \"name\"");
  if (set == nullptr || !set->is(Kind::object)) {
    complain(mistakes, index, one, "needs \"set\": {\"/json/pointer\": value}");
  }
  if (name != nullptr) expanded.name = name->text;
  JsonNode story = root;
  without(story, "cases");
  const bool sets = set != nullptr && set->is(Kind::object);
  for (std::size_t i = 0; sets && i < set->keys.size(); ++i) {
    if (put(story, set->keys[i], set->items[i])) continue;
    complain(mistakes, index, set->items[i],
             fmt::format("\"{}\" points to nothing in this file", set->keys[i]));
  }
  expanded.story = std::make_shared<const JsonNode>(std::move(story));
  return expanded;
}

}  // namespace

ParamDoc cases_key() {
  return {.key = "cases",
          .type = "list",
          .fallback = "null",
          .help = "The same story several times, each with a few values changed."};
}

std::vector<ParamDoc> case_keys() {
  return {
      {.key = "name", .type = "text", .help = "What is special about this case."},
      {.key = "set",
       .type = "object",
       .help = "JSON pointer to value: what is put there; \"/then/both/-\" appends to a list."}};
}

std::vector<StoryCase> expand_cases(JsonNode root, Diagnostics& mistakes) {
  std::vector<StoryCase> all;
  const JsonNode* cases = root.find("cases");
  if (cases == nullptr) {
    all.push_back({.name = "", .story = std::make_shared<const JsonNode>(std::move(root))});
    return all;
  }
  if (!cases->is(Kind::list) || cases->items.empty()) {
    mistakes.push_back({.pointer = "/cases",
                        .message = "must be a list with at least one case",
                        .line = cases->line});
    return all;
  }
  for (std::size_t i = 0; i < cases->items.size(); ++i) {
    all.push_back(expand(root, cases->items[i], i, mistakes));
  }
  return all;
}

}  // namespace trainwreck
