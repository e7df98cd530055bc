#include "scenarios/books/keras_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/judge/clauses.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"

namespace trainwreck {
namespace {

constexpr std::string_view kHead = R"(# What Keras does, and what a hardened loop does

Written by `./trainwreck keras`, from runs. Every story below is one that real Keras 3.15.1 was
observed in; [tests/observations](../tests/observations) holds the `keras` profile against what was
seen, event by event. The clauses are those of [CONTRACT.md](../CONTRACT.md).

All runs but one that show an order of batches were made with `shuffle=False`, and a scenario file
does not shuffle unless it says so ([scenarios.md](scenarios.md#fit)). **Keras's own `fit` does**:
where the order of the batches matters to your program, say `"shuffle": true` in the story that you
tell of it.

)";

// What a reader should look at first comes first.
struct Section {
  std::string_view title;
  std::string_view about;
  bool (*holds)(const ToldTwice& story);
};

constexpr std::array<Section, 5> kSections{
    {{"Keras goes on as if nothing were wrong",
      "It ends without an error; a hardened loop says what is the matter.",
      [](const ToldTwice& story) { return story.keras.good && !story.hardened.good; }},
     {"Keras fails where there is nothing to fail for", "A hardened loop comes to a good end.",
      [](const ToldTwice& story) { return !story.keras.good && story.hardened.good; }},
     {"Both come to a good end, and Keras breaks the contract on the way",
      "What is counted, saved or heard differs.",
      [](const ToldTwice& story) { return story.keras.good && !story.keras.broken.empty(); }},
     {"Both fail, and Keras leaves open what it began",
      "A hardened loop closes every scope with its status and tells every callback.",
      [](const ToldTwice& story) { return !story.keras.good && !story.keras.broken.empty(); }},
     {"No difference that the contract speaks of", "", [](const ToldTwice&) { return true; }}}};

std::size_t section_of(const ToldTwice& story) {
  const auto found = std::find_if(kSections.begin(), kSections.end(),
                                  [&](const Section& one) { return one.holds(story); });
  return static_cast<std::size_t>(found - kSections.begin());
}

std::string situation_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().filename().string();
  std::replace(folder.begin(), folder.end(), '_', ' ');
  return folder;
}

StoryEnd told_end(Plan plan, const Vocabulary& vocabulary) {
  plan.evidence.add(needs_of_contract(vocabulary.invariants, {}));
  const Outcome outcome = run(plan, vocabulary);
  StoryEnd end;
  if (!outcome.calls.empty()) {
    const CallOutcome& last = outcome.calls.back();
    end.text = last.ending == Ending::returned ? name_of(last.status) : name_of(last.ending);
    if (last.error) end.text += ": " + last.error->type;
    end.good = last.ending == Ending::returned && !last.error;
  }
  const AssertionScope scope{
      .scenario = plan.scenario, .policy = plan.policy, .profile = plan.profile, .call = {}};
  for (const Breach& breach : judge_contract(outcome, scope, vocabulary.invariants).breaches)
    end.broken.insert(breach.id);
  return end;
}

std::string clause_list(const std::set<std::string>& ids) {
  return ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "));
}

// What nearly every story breaks tells nothing of a single one.
std::set<std::string> broken_everywhere(const std::vector<ToldTwice>& stories) {
  std::map<std::string, std::size_t> times;
  for (const ToldTwice& story : stories) {
    for (const std::string& id : story.keras.broken) ++times[id];
  }
  std::set<std::string> everywhere;
  for (const auto& [id, count] : times) {
    if (2 * count > stories.size()) everywhere.insert(id);
  }
  return everywhere;
}

void leave_out(const std::set<std::string>& ids, std::vector<ToldTwice>& stories) {
  for (ToldTwice& story : stories) {
    std::erase_if(story.keras.broken, [&](const std::string& id) { return ids.contains(id); });
  }
}

// Cases that came out alike share a line.
struct PageLine {
  std::string name;
  std::vector<std::string> cases;
  StoryEnd keras;
  StoryEnd hardened;
};

std::vector<PageLine> page_lines(const std::vector<ToldTwice>& stories, std::size_t section) {
  std::vector<PageLine> lines;
  for (const ToldTwice& story : stories) {
    if (section_of(story) != section) continue;
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const PageLine& line) {
      return line.name == story.name && line.keras.text == story.keras.text &&
             line.hardened.text == story.hardened.text && line.keras.broken == story.keras.broken;
    });
    if (same != lines.end()) {
      same->cases.push_back(story.case_name);
    } else {
      lines.push_back({story.name, {story.case_name}, story.keras, story.hardened});
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [](const PageLine& a, const PageLine& b) {
    return a.keras.broken.size() > b.keras.broken.size();
  });
  return lines;
}

std::string section_text(const std::vector<ToldTwice>& stories, std::size_t number) {
  const std::vector<PageLine> lines = page_lines(stories, number);
  if (lines.empty()) return {};
  const Section& section = kSections[number];
  std::string text = fmt::format("\n## {}\n", section.title);
  if (!section.about.empty()) text += fmt::format("\n{}\n", section.about);
  text += "\n| In Keras | ends | hardened | clauses that Keras breaks |\n|---|---|---|---|\n";
  for (const PageLine& line : lines) {
    std::string name = line.name;
    if (!line.cases.front().empty()) name += fmt::format(" ({})", fmt::join(line.cases, "; "));
    text += fmt::format("| {} | {} | {} | {} |\n", name, line.keras.text, line.hardened.text,
                        clause_list(line.keras.broken));
  }
  return text;
}

std::string clause_table(const std::vector<ToldTwice>& stories, const Vocabulary& vocabulary) {
  std::map<std::string, std::map<std::string, int>> by_clause;
  for (const ToldTwice& story : stories) {
    for (const std::string& id : story.keras.broken) ++by_clause[id][story.situation];
  }
  std::string text =
      "\n## Clauses that the keras profile breaks\n\nIn how many of the stories, by situation.\n\n"
      "| Clause | what it asks for | broken in |\n|---|---|---|\n";
  for (const InvariantEntry& invariant : vocabulary.invariants) {
    const auto found = by_clause.find(std::string(invariant.id));
    if (found == by_clause.end()) continue;
    std::vector<std::string> where;
    for (const auto& [situation, times] : found->second) {
      where.push_back(fmt::format("{} {}", situation, times));
    }
    text +=
        fmt::format("| {} | {} | {} |\n", invariant.id, invariant.meaning, fmt::join(where, ", "));
  }
  return text;
}

}  // namespace

std::vector<ToldTwice> tell_twice(const std::vector<std::string>& files,
                                  const Vocabulary& vocabulary) {
  std::vector<ToldTwice> stories;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    for (const Scenario& scenario : parse_scenario(text.str(), file, vocabulary).scenarios) {
      if (scenario.observation.empty()) continue;
      ToldTwice story{
          .situation = situation_of(file), .name = scenario.name, .case_name = scenario.case_name};
      for (const Plan& one : plan(scenario, vocabulary)) {
        (one.profile == "keras" ? story.keras : story.hardened) = told_end(one, vocabulary);
      }
      stories.push_back(std::move(story));
    }
  }
  return stories;
}

std::string keras_page(std::vector<ToldTwice> stories, const Vocabulary& vocabulary) {
  const std::string table = clause_table(stories, vocabulary);
  const std::set<std::string> everywhere = broken_everywhere(stories);
  leave_out(everywhere, stories);
  std::string text(kHead);
  if (!everywhere.empty()) {
    text += fmt::format(
        "What most of them break is left out of the lists and stands in the last table alone: "
        "{}.\n",
        clause_list(everywhere));
  }
  for (std::size_t section = 0; section < kSections.size(); ++section) {
    text += section_text(stories, section);
  }
  return text + table;
}

}  // namespace trainwreck
