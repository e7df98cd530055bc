#include "tests/scenarios/support/pages.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/seams/seams.h"
#include "scenarios/books/list.h"
#include "scenarios/language/format.h"
#include "scenarios/language/needs.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/language/words.h"
#include "scenarios/suite/suite.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

std::string path_of(const std::string& page) {
  return std::string(TRAINWRECK_SOURCE_DIR) + "/" + page;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Fence opened(const std::string& line, const std::string& page, std::size_t number) {
  Fence fence;
  std::istringstream words(line.substr(3));
  words >> fence.language;
  for (std::string word; words >> word;) fence.words.push_back(word);
  fence.place = fmt::format("{}:{}", page, number);
  return fence;
}

std::string word_table(std::span<const NamedMeaning> words) {
  std::string text = "| Word | Meaning |\n|---|---|\n";
  for (const NamedMeaning& word : words) {
    text += fmt::format("| `{}` | {} |\n", word.name, word.meaning);
  }
  return text;
}

std::string error_table() {
  std::string text = "| ours | when | Keras 3.15.1 raises |\n|---|---|---|\n";
  for (const ErrorWord& error : error_words()) {
    const std::string is = error.is.empty() ? "" : fmt::format(" ({})", error.is);
    text += fmt::format("| `{}`{} | {} | {} |\n", error.name, is, error.when, error.keras);
  }
  return text;
}

std::string words_called(const std::string& what) {
  if (what == "view") return word_table(view_words());
  if (what == "actions") return word_table(actions());
  if (what == "hooks") return word_table(hook_words());
  if (what == "statuses") return word_table(status_words());
  if (what == "errors") return error_table();
  ADD_FAILURE() << "there are no words \"" << what << "\"";
  return {};
}

std::string keys_at(const std::string& place) {
  RealWorld world;
  for (const FormatObject& object : file_format(builtin_vocabulary(), world.seams())) {
    if (object.place == place) return key_table(object.keys);
  }
  ADD_FAILURE() << "a file has nothing at \"" << place << "\"";
  return {};
}

// "given.fit" of "<!-- keys: given.fit -->".
std::string named_in(const std::string& line, std::string_view kind) {
  std::string name = line.substr(kind.size());
  name.erase(name.find("-->"));
  const std::size_t end = name.find_last_not_of(' ');
  name.erase(end == std::string::npos ? 0 : end + 1);
  return name.empty() ? name : name.substr(1);
}

std::string filled(const std::string& page) {
  std::string text;
  bool skipping = false;
  for (const std::string& line : lines_of(page)) {
    if (line == "<!-- end -->") skipping = false;
    if (!skipping) text += line + "\n";
    std::string table;
    if (line.starts_with("<!-- keys:")) table = keys_at(named_in(line, "<!-- keys:"));
    if (line.starts_with("<!-- words:")) table = words_called(named_in(line, "<!-- words:"));
    if (table.empty()) continue;
    text += "\n" + table + "\n";
    skipping = true;
  }
  return text;
}

std::string mistakes_in(const ParsedScenario& parsed) {
  std::string text;
  for (const Diagnostic& one : parsed.mistakes) {
    text += fmt::format("{}: {} {}\n", one.line, one.pointer, one.message);
  }
  return text;
}

std::string misses_of(const Verdict& verdict) {
  std::string text;
  for (const CheckedAssertion& one : verdict.assertions) {
    if (one.finding.held) continue;
    text += fmt::format("expected: {}\nactual: {}\n", one.finding.expected, one.finding.actual);
  }
  return text;
}

std::vector<Plan> plans_of(const ParsedScenario& parsed, const Vocabulary& vocabulary) {
  std::vector<Plan> plans;
  for (const Scenario& scenario : parsed.scenarios) {
    for (Plan& one : plan(scenario, vocabulary)) plans.push_back(std::move(one));
  }
  return plans;
}

void expect_verdict(const Fence& example, const Plan& plan, const Verdict& verdict) {
  const std::string what = fmt::format("{} ({} {}): {}", example.place, plan.profile,
                                       plan.scenario.case_name, verdict.note);
  if (verdict.kind == VerdictKind::skipped && !missing_for(plan.scenario).empty()) return;
  std::string kind(name_of(verdict.kind));
  for (char& c : kind) c = c == ' ' ? '_' : c;
  EXPECT_EQ(kind, example.words.front()) << what << "\n" << misses_of(verdict);
  if (verdict.kind == VerdictKind::failed) {
    EXPECT_EQ(misses_of(verdict), example.result) << what;
  }
}

}  // namespace

std::string page_text(const std::string& page) {
  std::ifstream in(path_of(page), std::ios::binary);
  EXPECT_TRUE(in) << page;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Fence> fences_of(const std::string& page) {
  std::vector<Fence> fences;
  bool inside = false;
  std::size_t number = 0;
  for (const std::string& line : lines_of(page_text(page))) {
    ++number;
    if (!line.starts_with("```")) {
      if (inside) fences.back().text += line + "\n";
      continue;
    }
    inside = !inside;
    if (inside) {
      fences.push_back(opened(line, page, number));
    } else if (fences.back().language == "text" && fences.size() > 1) {
      fences[fences.size() - 2].result = fences.back().text;
    }
  }
  EXPECT_FALSE(inside) << page << " ends inside a fence";
  return fences;
}

void expect_tables_as_in_code(const std::string& page) {
  const std::string text = page_text(page);
  const std::string as_in_code = filled(text);
  if (std::getenv("TRAINWRECK_WRITE_PAGES") != nullptr) {
    std::ofstream(path_of(page), std::ios::binary) << as_in_code;
  }
  EXPECT_EQ(page_text(page), as_in_code)
      << "bring it up to date with: TRAINWRECK_WRITE_PAGES=1 ./trainwreck test --only Manual";
}

void expect_example(const Fence& example, const Vocabulary& vocabulary) {
  ASSERT_FALSE(example.words.empty()) << example.place << " does not say what it comes to";
  const ParsedScenario parsed = parse_scenario(example.text, example.place, vocabulary);
  if (example.words.front() == "refused") {
    EXPECT_FALSE(parsed.mistakes.empty()) << example.place;
    EXPECT_EQ(mistakes_in(parsed), example.result) << example.place;
    return;
  }
  ASSERT_EQ(mistakes_in(parsed), "") << example.place;
  const std::vector<Plan> plans = plans_of(parsed, vocabulary);
  ASSERT_FALSE(plans.empty()) << example.place;
  const std::vector<SuiteResult> results =
      run_suite(plans, vocabulary, {}, [](std::size_t, const Verdict&) {});
  for (std::size_t i = 0; i < plans.size(); ++i) {
    ASSERT_TRUE(results[i].ran) << example.place << ": " << results[i].verdict.note;
    expect_verdict(example, plans[i], results[i].verdict);
  }
}

void expect_examples(const std::string& page, const Vocabulary& vocabulary) {
  std::size_t examples = 0;
  for (const Fence& fence : fences_of(page)) {
    if (fence.language != "json") continue;
    ++examples;
    expect_example(fence, vocabulary);
  }
  EXPECT_GT(examples, 0U) << page;
}

}  // namespace trainwreck::testing
