#include "tests/observations/book.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/suite.h"
#include "tests/observations/statement.h"
#include "tests/observations/told_in_code.h"

namespace trainwreck::testing {
namespace {

using Kind = JsonNode::Kind;
using Texts = std::vector<std::string>;

Texts texts_in(const JsonNode* list) {
  Texts all;
  if (list == nullptr) return {"(not stated)"};
  for (const JsonNode& item : list->items) all.push_back(item.text);
  return all;
}

std::string first_difference(std::string_view what, const Texts& observed, const Texts& stated) {
  for (std::size_t i = 0; i < std::max(observed.size(), stated.size()); ++i) {
    const std::string a = i < observed.size() ? observed[i] : "the end";
    const std::string b = i < stated.size() ? stated[i] : "the end";
    if (a != b) return fmt::format("{} {}: observed {}, stated {}", what, i, a, b);
  }
  return {};
}

// The words as such a view hears them: those of its steps and items that do not say which one.
Texts as_heard(Texts events, const Texts& view) {
  for (const std::string& entry : view) {
    const std::string who = entry.substr(0, entry.find('.'));
    const bool rows = entry.ends_with(".rows");
    if (!rows && !entry.ends_with(".[*]")) continue;
    const std::regex which(who + (rows ? "\\[data=-?\\d+," : "\\[\\d+\\]"));
    for (std::string& event : events) {
      event = std::regex_replace(event, which, who + (rows ? "[" : "[*]"));
    }
  }
  return events;
}

Texts sorted(Texts texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

bool same_error(const std::string& ours, const std::string& python, const Rules& rules) {
  if (python.empty()) return ours == "nothing";
  const auto row = rules.errors.find(ours);
  return row != rules.errors.end() && row->second.contains(python);
}

std::string error_difference(const JsonNode* ours, const std::string& python, const Rules& rules) {
  return error_difference(ours == nullptr ? "(not stated)" : ours->text, python, rules);
}

std::string calls_difference(const JsonNode& observed, const JsonNode& stated, const Rules& rules) {
  if (observed.items.size() != stated.items.size()) {
    return fmt::format("{} calls were observed, {} told", observed.items.size(),
                       stated.items.size());
  }
  for (std::size_t i = 0; i < observed.items.size(); ++i) {
    const auto difference = error_difference(&stated.items[i], observed.items[i].text, rules);
    if (!difference.empty()) return fmt::format("call {}: {}", i, difference);
  }
  return {};
}

std::string table_difference(const std::string& key, const JsonNode& observed,
                             const Statement& statement, const Rules& rules) {
  std::optional<JsonNode> stated = statement.table(key);
  if (!stated) return fmt::format("the scenario says nothing about \"{}\"", key);
  const bool only_file = stated->is(Kind::object) && stated->items.size() == 1;
  if (only_file && !observed.is(Kind::object)) stated = JsonNode(stated->items.front());
  if (key == "raised_per_call") return calls_difference(observed, *stated, rules);
  if (same_json(observed, *stated)) return {};
  return fmt::format("{}: observed {}, stated {}", key, json_text(observed), json_text(*stated));
}

std::string simple_difference(std::string_view what, const JsonNode& observed,
                              const JsonNode* stated) {
  if (stated != nullptr && same_json(observed, *stated)) return {};
  return fmt::format("{}: observed {}, stated {}", what, json_text(observed),
                     stated == nullptr ? "(not stated)" : json_text(*stated));
}

// Where nothing was listened to there is nothing to state.
std::string events_difference(const Texts& observed, const Statement& statement) {
  const JsonNode* stated = statement.find("trace_is", "events");
  if (observed.empty() && stated == nullptr) return {};
  const Texts view = texts_in(statement.find("trace_is", "of"));
  return first_difference("event", as_heard(observed, view), texts_in(stated));
}

std::string why_not_held(const Verdict& verdict) {
  for (const CheckedAssertion& one : verdict.assertions) {
    if (one.finding.held) continue;
    return fmt::format("does not hold when run: {} {}: expected {}, came {}", one.pointer, one.kind,
                       one.finding.expected, one.finding.actual);
  }
  return fmt::format("does not hold when run: {} {}", name_of(verdict.kind), verdict.note);
}

}  // namespace

Rules read_rules() {
  return {.errors = read_error_table(), .left_out = read_reasons("left_out.json")};
}

std::string error_difference(const std::string& ours, const std::string& python,
                             const Rules& rules) {
  if (same_error(ours, python, rules)) return {};
  return fmt::format("raised: observed {}, stated {}", python.empty() ? "nothing" : python, ours);
}

std::string first_difference(const Facts& facts, const Scenario& scenario, const Rules& rules) {
  if (facts.in_its_own_words) return {};
  const Statement statement(scenario, "keras");
  const auto compared = [&](const std::string& what) {
    return !rules.left_out.contains(what) && !rules.left_out.contains(facts.id + "/" + what);
  };
  Texts found{events_difference(facts.events, statement),
              error_difference(statement.find("raises", "error"), facts.raised, rules),
              first_difference("file", sorted(facts.files),
                               sorted(texts_in(statement.find("files_are", "paths"))))};
  if (compared("history")) {
    found.push_back(simple_difference("history's epochs", facts.epochs,
                                      statement.find("history_is", "epochs")));
    found.push_back(first_difference("history's key", Texts(facts.keys.begin(), facts.keys.end()),
                                     sorted(texts_in(statement.find("history_is", "keys")))));
  }
  if (!facts.stop.is(Kind::null)) {
    found.push_back(
        simple_difference("stop_training", facts.stop, statement.find("stop_flag_is", "is")));
  }
  for (const auto& [key, observed] : facts.tables) {
    if (compared(key)) found.push_back(table_difference(key, observed, statement, rules));
  }
  for (const std::string& difference : found) {
    if (!difference.empty()) return difference;
  }
  return {};
}

std::string missing_verdict(const Scenario& scenario) {
  const Statement statement(scenario, "hardened");
  const auto says = [&](std::string_view kind) { return !statement.all(kind).empty(); };
  if (!says("status") && !says("ending")) return "does not say how a hardened loop ends";
  // Without choices of its own a hardened run is held against the whole contract in any case.
  if (scenario.given.policy && !says("keeps_contract") && !says("breaks_contract")) {
    return "does not say what the contract makes of the hardened run";
  }
  return {};
}

std::string Books::summary() const {
  return fmt::format("keras observations: {} matched, {} differ, {} not applicable", matched.size(),
                     differing.size(), not_applicable.size());
}

std::vector<Plan> observation_plans(const Vocabulary& vocabulary) {
  std::vector<std::string> files;
  find_scenarios({std::string(TRAINWRECK_SOURCE_DIR) + "/scenarios/library/keras"}, files);
  std::vector<Plan> plans;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const ParsedScenario parsed = parse_scenario(text.str(), file, vocabulary);
    for (const Diagnostic& mistake : parsed.mistakes) {
      throw std::runtime_error(file + mistake.pointer + ": " + mistake.message);
    }
    for (const Scenario& scenario : parsed.scenarios) {
      for (Plan& one : plan(scenario, vocabulary)) {
        if (one.profile == "keras" && !scenario.observation.empty()) plans.push_back(one);
      }
    }
  }
  return plans;
}

namespace {

std::string difference_of(const Facts& observed, const Plan& plan, const Verdict& verdict,
                          const Rules& rules) {
  std::string difference = first_difference(observed, plan.scenario, rules);
  if (difference.empty()) difference = missing_verdict(plan.scenario);
  if (difference.empty() && verdict.kind != VerdictKind::held) difference = why_not_held(verdict);
  return difference;
}

// Every observation is accounted for once, and nothing else is.
std::vector<std::string> miscounts(const std::vector<Facts>& facts,
                                   std::map<std::string, int> accounted) {
  std::vector<std::string> mistakes;
  for (const Facts& one : facts) {
    const int times = accounted[one.id];
    accounted.erase(one.id);
    if (times == 1) continue;
    mistakes.push_back(fmt::format("{} is accounted for {} times", one.id, times));
  }
  for (const auto& [id, times] : accounted) {
    mistakes.push_back(fmt::format("\"{}\" is no observation", id));
  }
  return mistakes;
}

}  // namespace

Books keep_books(const std::vector<Facts>& facts, const Vocabulary& vocabulary) {
  const std::vector<Plan> plans = observation_plans(vocabulary);
  const std::vector<SuiteResult> results =
      run_suite(plans, vocabulary, {.jobs = 2}, [](std::size_t, const Verdict&) {});
  const Rules rules = read_rules();
  Books books{.not_applicable = read_reasons("not_applicable.json")};
  std::map<std::string, int> accounted;
  for (const auto& [id, reason] : books.not_applicable) ++accounted[id];
  // `difference` of the facts, which are not there for an id that is none: miscounts() tells.
  const auto enter = [&](const std::string& id, const auto& difference) {
    ++accounted[id];
    const auto observed =
        std::find_if(facts.begin(), facts.end(), [&](const Facts& one) { return one.id == id; });
    if (observed == facts.end()) return;
    const std::string found = difference(*observed);
    if (found.empty()) {
      books.matched.insert(id);
    } else {
      books.differing[id] = found;
    }
  };
  for (std::size_t i = 0; i < plans.size(); ++i) {
    enter(plans[i].scenario.observation, [&](const Facts& observed) {
      return difference_of(observed, plans[i], results[i].verdict, rules);
    });
  }
  for (const ToldInCode& told : told_in_code()) {
    enter(told.id,
          [&](const Facts& observed) { return difference_in_code(observed, told.act, rules); });
  }
  books.mistakes = miscounts(facts, std::move(accounted));
  return books;
}

}  // namespace trainwreck::testing
