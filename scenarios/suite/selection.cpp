#include "scenarios/suite/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/seams/file_system.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/report.h"

namespace trainwreck {
namespace {

bool has_tag(const Scenario& scenario, std::string_view tag) {
  return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
}

bool has_one_of(const Scenario& scenario, const std::vector<std::string>& tags) {
  return std::any_of(tags.begin(), tags.end(),
                     [&](const std::string& tag) { return has_tag(scenario, tag); });
}

// What a scenario is tagged with that leaves it out unless somebody asks.
std::string_view left_out_by(const Scenario& scenario) {
  for (const std::string_view tag : {"keras", "slow"}) {
    if (has_tag(scenario, tag)) return tag;
  }
  return {};
}

bool wanted(const Scenario& scenario, const Selection& selection) {
  if (has_one_of(scenario, selection.without)) return false;
  if (!selection.case_name.empty() && scenario.case_name != selection.case_name) return false;
  if (!selection.filter.empty()) {
    const bool named = scenario.name.find(selection.filter) != std::string::npos ||
                       scenario.path.find(selection.filter) != std::string::npos ||
                       scenario.case_name.find(selection.filter) != std::string::npos;
    if (!named) return false;
  }
  if (!selection.tags.empty()) {
    return has_one_of(scenario, selection.tags);
  }
  return selection.all || left_out_by(scenario).empty();
}

std::vector<std::string_view> tags_of(const std::vector<Scenario>& scenarios) {
  std::set<std::string_view> tags;
  for (const Scenario& scenario : scenarios)
    tags.insert(scenario.tags.begin(), scenario.tags.end());
  return {tags.begin(), tags.end()};
}

// A tag that nothing has is misspelt, as far as one can tell.
bool know_tags(const std::vector<std::string>& asked, std::string_view option,
               const std::vector<Scenario>& scenarios) {
  const std::vector<std::string_view> known = tags_of(scenarios);
  bool all_known = true;
  for (const std::string& tag : asked) {
    if (std::find(known.begin(), known.end(), tag) != known.end()) continue;
    const std::string_view near = closest(tag, known);
    const std::string way_out = !near.empty()   ? fmt::format("did you mean \"{}\"?", near)
                                : known.empty() ? "they have none"
                                                : "there is " + joined(known);
    fmt::print(stderr, "{} {}: none of these scenarios has that tag; {}\n", option, tag, way_out);
    all_known = false;
  }
  return all_known;
}

// Of files that somebody named and that are left out for their tags: how to have them.
void tell_left_out(const std::vector<std::string>& paths, const std::vector<Scenario>& scenarios,
                   const Selection& selection) {
  if (selection.all || !selection.tags.empty()) return;
  std::set<std::string> told;
  for (const Scenario& scenario : scenarios) {
    const std::string_view tag = left_out_by(scenario);
    const bool named = std::find(paths.begin(), paths.end(), scenario.path) != paths.end();
    if (!named || tag.empty() || !told.insert(scenario.path).second) continue;
    fmt::print(stderr,
               "{} is tagged \"{}\", which is left out by default; --all includes it, or "
               "--tag {}\n",
               scenario.path, tag, tag);
  }
}

// A story that anybody wrote fits many times; what does not is refused before it is read.
constexpr std::int64_t kLargestFile = 1 << 20;

ParsedScenario read_scenario_file(const std::string& file, const Vocabulary& vocabulary) {
  const auto disk = real_file_system();
  try {
    if (disk->size(file) <= kLargestFile) return parse_scenario(disk->read(file), file, vocabulary);
    return {.scenarios = {}, .mistakes = {{.pointer = "", .message = "is larger than 1 MiB"}}};
  } catch (const IoError& error) {
    return {.scenarios = {}, .mistakes = {{.pointer = "", .message = error.what()}}};
  }
}

std::vector<Plan> of_shard(std::vector<Plan> plans, const Shard& shard) {
  std::vector<Plan> mine;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (shard.has(i)) mine.push_back(std::move(plans[i]));
  }
  return mine;
}

std::vector<Plan> shuffled(std::vector<Plan> plans, std::uint64_t seed) {
  std::vector<std::int64_t> order(plans.size());
  permutation({seed, Purpose::shuffle}, order);
  std::vector<Plan> all;
  for (const std::int64_t at : order) all.push_back(std::move(plans[static_cast<std::size_t>(at)]));
  return all;
}

std::vector<Plan> repeated(const std::vector<Plan>& plans, int times) {
  std::vector<Plan> all;
  for (int time = 0; time < times; ++time) {
    for (const Plan& plan : plans) {
      all.push_back(plan);
      all.back().repetition = time;
    }
  }
  return all;
}

}  // namespace

bool read_scenarios(const std::vector<std::string>& paths, const Vocabulary& vocabulary,
                    std::vector<Scenario>& scenarios) {
  std::vector<std::string> files;
  if (!find_scenarios(paths.empty() ? std::vector{shipped_library()} : paths, files)) {
    return false;
  }
  bool sound = true;
  for (const std::string& file : files) {
    ParsedScenario parsed = read_scenario_file(file, vocabulary);
    std::stable_sort(parsed.mistakes.begin(), parsed.mistakes.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
    for (const Diagnostic& mistake : parsed.mistakes) {
      fmt::print(stderr, "{}\n", mistake_text(file, mistake));
      sound = false;
    }
    std::move(parsed.scenarios.begin(), parsed.scenarios.end(), std::back_inserter(scenarios));
  }
  return sound;
}

bool select_plans(const std::vector<std::string>& paths, const Selection& selection,
                  const Vocabulary& vocabulary, std::vector<Plan>& plans) {
  std::vector<Scenario> scenarios;
  if (!read_scenarios(paths, vocabulary, scenarios)) return false;
  const bool tags_known = know_tags(selection.tags, "--tag", scenarios);
  if (!know_tags(selection.without, "--without", scenarios) || !tags_known) return false;
  tell_left_out(paths, scenarios, selection);
  for (const Scenario& scenario : scenarios) {
    if (!wanted(scenario, selection)) continue;
    for (Plan& one : plan(scenario, vocabulary)) {
      const bool asked = selection.profile.empty() || one.profile == selection.profile;
      if (asked) plans.push_back(std::move(one));
    }
  }
  if (plans.empty()) {
    fmt::print(stderr, "No scenario matches.\n");
    return false;
  }
  plans = of_shard(std::move(plans), selection.shard);  // which may leave none: that is no mistake
  if (selection.shuffle) plans = shuffled(std::move(plans), *selection.shuffle);
  if (selection.repeat > 1) plans = repeated(plans, selection.repeat);
  return true;
}

}  // namespace trainwreck
