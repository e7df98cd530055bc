#include "scenarios/suite/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/base/errors.h"
#include "engine/base/random.h"
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
  return selection.all || (!has_tag(scenario, "keras") && !has_tag(scenario, "slow"));
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
