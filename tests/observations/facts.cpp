#include "tests/observations/facts.h"

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace trainwreck::testing {
namespace {

using Kind = JsonNode::Kind;

const std::string kHere = std::string(TRAINWRECK_SOURCE_DIR) + "/tests/observations/";

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

JsonNode json_of_file(const std::string& path) {
  Diagnostics mistakes;
  JsonNode root = parse_json(text_of_file(path), {}, mistakes);
  if (!mistakes.empty()) throw std::runtime_error(path + ": " + mistakes.front().message);
  return root;
}

std::string without_note(const std::string& event) {
  static const std::regex note(
      " (main_thread=(True|False)|model_set=True|keys=\\[.*\\]|sets stop_training then raises)$");
  return std::regex_replace(event, note, "");
}

std::vector<std::string> texts(const JsonNode& list) {
  std::vector<std::string> all;
  for (const JsonNode& item : list.items) all.push_back(item.text);
  return all;
}

const JsonNode& need(const JsonNode& object, std::string_view key) {
  const JsonNode* found = object.find(key);
  if (found == nullptr) throw std::runtime_error("facts.json: no " + std::string(key));
  return *found;
}

// A list of paths, or a list of such lists, without those that are folders.
JsonNode without_folders(JsonNode list) {
  std::erase_if(list.items, [](const JsonNode& item) { return item.text.ends_with('/'); });
  for (JsonNode& item : list.items) item = without_folders(std::move(item));
  return list;
}

Facts facts_in(const JsonNode& node) {
  Facts facts{.id = need(node, "id").text,
              .says = need(node, "says").text,
              .raised = need(node, "raised").text,
              .epochs = need(node, "epochs"),
              .stop = need(node, "stop")};
  for (const std::string& event : texts(need(node, "events"))) {
    facts.events.push_back(without_note(event));
  }
  for (const std::string& key : texts(need(node, "keys"))) facts.keys.insert(key);
  for (const std::string& file : texts(need(node, "files"))) {
    if (!file.ends_with('/')) facts.files.push_back(file);
  }
  const JsonNode* flag = need(node, "setup").find("flag");
  facts.in_its_own_words = flag != nullptr && (flag->text == "race" || flag->text == "hang");
  if (const JsonNode* tables = node.find("tables")) {
    for (std::size_t i = 0; i < tables->keys.size(); ++i) {
      const std::string& key = tables->keys[i];
      const bool paths = key.starts_with("files_after_");
      facts.tables[key] = paths ? without_folders(tables->items[i]) : tables->items[i];
    }
  }
  return facts;
}

// The types in backquotes in one cell of a table.
std::vector<std::string> backquoted(const std::string& cell) {
  static const std::regex word("`([^`]+)`");
  std::vector<std::string> all;
  for (std::sregex_iterator at(cell.begin(), cell.end(), word), end; at != end; ++at) {
    all.push_back((*at)[1]);
  }
  return all;
}

}  // namespace

std::vector<Facts> read_facts() {
  std::vector<Facts> all;
  for (const JsonNode& node : json_of_file(kHere + "facts.json").items) {
    all.push_back(facts_in(node));
  }
  return all;
}

std::map<std::string, std::string> read_reasons(const std::string& file) {
  std::map<std::string, std::string> reasons;
  const JsonNode root = json_of_file(kHere + file);
  for (std::size_t i = 0; i < root.keys.size(); ++i) reasons[root.keys[i]] = root.items[i].text;
  return reasons;
}

std::map<std::string, std::set<std::string>> read_error_table() {
  std::map<std::string, std::set<std::string>> table;
  std::istringstream in(text_of_file(std::string(TRAINWRECK_SOURCE_DIR) + "/docs/errors.md"));
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
    if (cells.size() < 4 || backquoted(cells[1]).empty()) continue;
    for (const std::string& python : backquoted(cells[3])) {
      table[backquoted(cells[1]).front()].insert(python);
    }
  }
  return table;
}

bool same_json(const JsonNode& a, const JsonNode& b) {
  const auto is_number = [](const JsonNode& node) {
    return node.is(Kind::integer) || node.is(Kind::number);
  };
  if (is_number(a) && is_number(b)) return a.number == b.number;
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.keys != b.keys) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_json(a.items[i], b.items[i])) return false;
  }
  return a.text == b.text && a.flag == b.flag;
}

}  // namespace trainwreck::testing
