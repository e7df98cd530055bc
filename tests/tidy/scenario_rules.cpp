#include "tests/tidy/scenario_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/json_node.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/defaults.h"
#include "scenarios/language/parse.h"

namespace trainwreck::tidy {
namespace {

using NodeKind = JsonNode::Kind;

JsonNode node_of(std::string_view text) {
  Diagnostics mistakes;  // The parser of scenarios complains of them.
  return parse_json(text, {.comments = true}, mistakes);
}

bool same(const JsonNode& left, const JsonNode& right) {
  return json_text(left) == json_text(right);
}

const JsonNode* step_into(const JsonNode& node, const std::string& step) {
  if (!node.is(NodeKind::list)) return node.find(step);
  const bool number = !step.empty() && step.find_first_not_of("0123456789") == std::string::npos;
  const std::size_t index = number ? std::stoul(step) : node.items.size();
  return index < node.items.size() ? &node.items[index] : nullptr;
}

// What stands at a JSON pointer; null: nothing does.
const JsonNode* value_at(const JsonNode& root, std::string_view pointer) {
  const JsonNode* node = &root;
  while (node != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    std::string key(step);
    for (const auto& [escape, plain] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
      for (auto at = key.find(escape); at != std::string::npos; at = key.find(escape, at + 1)) {
        key.replace(at, 2, plain);
      }
    }
    node = step_into(*node, key);
  }
  return node;
}

std::vector<const JsonNode*> sets_of_cases(const JsonNode& root) {
  std::vector<const JsonNode*> sets;
  const JsonNode* cases = root.find("cases");
  if (cases == nullptr) return sets;
  for (const JsonNode& one : cases->items) {
    if (const JsonNode* set = one.find("set")) sets.push_back(set);
  }
  return sets;
}

// A case can only change what the file has: then a default must be written down.
bool a_case_reaches_into(const JsonNode& root, const std::string& pointer) {
  for (const JsonNode* set : sets_of_cases(root)) {
    for (const std::string& key : set->keys) {
      if (key.starts_with(pointer + "/")) return true;
    }
  }
  return false;
}

bool looks_like_a_sentence(std::string_view text) {
  while (text.ends_with(')')) text.remove_suffix(1);
  const bool ends = text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
  return ends && std::count(text.begin(), text.end(), ' ') > 1;
}

// `abouts` are those of the files before, with the first that has it.
void find_silent_about(const SourceFile& file, const JsonNode& root,
                       std::map<std::string, std::string>& abouts, Violations& found) {
  const JsonNode* about = root.find("about");
  if (about == nullptr || !looks_like_a_sentence(about->text)) {
    found.push_back(file.path + ": has no sentence of \"about\"");
    return;
  }
  const auto [first, is_new] = abouts.emplace(about->text, file.path);
  if (!is_new) found.push_back(file.path + ": its \"about\" is that of " + first->second);
}

struct Default {
  std::string pointer;
  JsonNode value;
};

std::vector<Default> defaults() {
  return {{"/given/data", node_of(kDefaultData)},
          {"/given/model", node_of("[" + std::string(kDefaultLayer) + "]")},
          {"/given/model", node_of(kDefaultLayer)},
          {"/given/compile", node_of("{}")},
          {"/given/compile/optimizer", node_of(kDefaultOptimizer)},
          {"/given/compile/loss", node_of(kDefaultLoss)}};
}

void find_defaults(const SourceFile& file, const JsonNode& root, Violations& found) {
  for (const Default& one : defaults()) {
    const JsonNode* value = value_at(root, one.pointer);
    if (value == nullptr || !same(*value, one.value)) continue;
    if (a_case_reaches_into(root, one.pointer)) continue;
    found.push_back(fmt::format("{}:{}: {} is the default", file.path, value->line, one.pointer));
  }
}

// What stands there in the base, or by default where it has nothing.
bool is_there_already(const JsonNode& root, const std::string& pointer, const JsonNode& value) {
  if (const JsonNode* base = value_at(root, pointer)) return same(*base, value);
  const auto all = defaults();
  return std::any_of(all.begin(), all.end(), [&](const Default& one) {
    return one.pointer == pointer && same(one.value, value);
  });
}

void find_idle_cases(const SourceFile& file, const JsonNode& root, Violations& found) {
  for (const JsonNode* set : sets_of_cases(root)) {
    for (std::size_t i = 0; i < set->keys.size(); ++i) {
      const bool changed_before =
          std::any_of(set->keys.begin(), set->keys.begin() + static_cast<std::ptrdiff_t>(i),
                      [&](const std::string& key) { return set->keys[i].starts_with(key + "/"); });
      if (changed_before || !is_there_already(root, set->keys[i], set->items[i])) continue;
      found.push_back(fmt::format("{}:{}: the case sets {} to what it is", file.path,
                                  set->items[i].line, set->keys[i]));
    }
  }
}

// What a scenario demands of a hardened run, here and in its chapters.
struct Demands {
  std::vector<std::string> bare;  // pointers of each {"kind": "keeps_contract"} of hardened alone
  bool other_word = false;        // another statement about the contract
  bool anything_else = false;
};

void add(const std::vector<Expectation>& expectations, bool hardened_alone, Demands& demands) {
  for (const auto& [part, assertion] : expectations) {
    const JsonNode& node = *part.value;
    const JsonNode* member = node.find("kind");
    const std::string kind = member != nullptr ? member->text : node.text;
    if (kind == "keeps_contract" && hardened_alone && node.keys.size() < 2) {
      demands.bare.push_back(part.pointer);
    } else if (kind == "keeps_contract" || kind == "breaks_contract") {
      demands.other_word = true;
    } else {
      demands.anything_else = true;
    }
  }
}

Demands demands_of(const Scenario& scenario) {
  Demands demands;
  const auto add_all = [&](const Expectations& then) {
    add(then.both, false, demands);
    add(then.hardened, true, demands);
  };
  add_all(scenario.then);
  for (const Chapter& chapter : scenario.chapters) add_all(chapter.then);
  return demands;
}

// Planning adds it to a hardened run, unless the file has another word about the contract, takes
// choices of its own, or would have nothing else to say of that profile.
bool is_added_anyway(const Scenario& scenario, const Demands& demands) {
  return !scenario.given.policy && !demands.other_word && demands.anything_else;
}

void find_repeated_contract(const SourceFile& file, const Vocabulary& vocabulary,
                            Violations& found) {
  std::set<std::string> repeated;
  std::set<std::string> needed;
  for (const Scenario& scenario : parse_scenario(file.text, file.path, vocabulary).scenarios) {
    const Demands demands = demands_of(scenario);
    std::set<std::string>& kind = is_added_anyway(scenario, demands) ? repeated : needed;
    kind.insert(demands.bare.begin(), demands.bare.end());
  }
  for (const std::string& pointer : repeated) {
    if (needed.contains(pointer)) continue;
    found.push_back(
        fmt::format("{}: {} is a keeps_contract that is added anyway", file.path, pointer));
  }
}

}  // namespace

Violations silent_scenarios(const Listing& tree, const Vocabulary& vocabulary) {
  Violations found;
  std::map<std::string, std::string> abouts;
  for (const SourceFile& file : tree) {
    if (!file.path.starts_with("scenarios/library/") || !file.path.ends_with(".json")) continue;
    const JsonNode root = node_of(file.text);
    find_silent_about(file, root, abouts, found);
    find_defaults(file, root, found);
    find_idle_cases(file, root, found);
    find_repeated_contract(file, vocabulary, found);
  }
  return found;
}

}  // namespace trainwreck::tidy
