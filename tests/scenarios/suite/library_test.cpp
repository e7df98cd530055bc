#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/language/build.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/suite.h"
#include "scenarios/trace/trace_file.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

// What holds for every scenario of the library, whatever it is about. Here it is asked of one in
// eight, or of all where TRAINWRECK_WHOLE_LIBRARY is set (`test --full`): that takes minutes.
namespace trainwreck::testing {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// All that is told in a simulated world and in little time.
std::vector<Scenario> simulated() {
  std::vector<std::string> files;
  find_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library"}, files);
  std::vector<Scenario> scenarios;
  const std::size_t step = std::getenv("TRAINWRECK_WHOLE_LIBRARY") != nullptr ? 1 : 8;
  for (std::size_t at = 0; at < files.size(); at += step) {
    const std::string& file = files[at];
    for (Scenario& one : parse_scenario(read_file(file), file, builtin_vocabulary()).scenarios) {
      const bool slow = std::find(one.tags.begin(), one.tags.end(), "slow") != one.tags.end();
      if (!one.real_process && one.needs.empty() && !slow) scenarios.push_back(std::move(one));
    }
  }
  return scenarios;
}

std::vector<Plan> plans_of(const std::vector<Scenario>& scenarios) {
  std::vector<Plan> plans;
  for (const Scenario& scenario : scenarios) {
    for (Plan& one : plan(scenario, builtin_vocabulary())) plans.push_back(std::move(one));
  }
  return plans;
}

// Says nothing but this of a scenario, in both profiles or in hardened alone.
void expect_only(Scenario& scenario, const std::string& assertion, bool both) {
  for (Chapter& chapter : scenario.chapters) chapter.then = {};
  scenario.then = {};
  scenario.profile.reset();
  scenario.expected_failure.reset();
  (both ? scenario.then.both : scenario.then.hardened)
      .push_back(build_expectation(part_of(assertion), builtin_vocabulary()));
}

// Each in a process of its own: some need a deadline.
std::vector<SuiteResult> results_of(const std::vector<Plan>& plans,
                                    const std::string& traces = {}) {
  return run_suite(plans, builtin_vocabulary(), {.jobs = 2, .traces = traces}, nullptr);
}

void expect_held(const std::vector<Plan>& plans) {
  const std::vector<SuiteResult> results = results_of(plans);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (const CheckedAssertion& one : results[i].verdict.assertions) {
      EXPECT_TRUE(one.finding.held) << plans[i].scenario.path << " " << plans[i].scenario.case_name
                                    << " (" << plans[i].profile << "): " << one.finding.actual;
    }
  }
}

std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

TEST(Library, LeavesTheSameTracesTwice) {
  const std::vector<Plan> plans = plans_of(simulated());
  const fs::path folder = fs::path(::testing::TempDir()) / "library_traces";
  fs::remove_all(folder);
  results_of(plans, folder / "first");
  results_of(plans, folder / "second");
  const auto first = files_in(folder / "first");
  const auto second = files_in(folder / "second");
  EXPECT_GT(first.size(), 50U);
  ASSERT_EQ(first.size(), second.size());
  for (const auto& [name, text] : first) EXPECT_EQ(text, second.at(name)) << name;
  fs::remove_all(folder);
}

// Bit by bit: weights and history of a run that nobody watches, and of one with a trace, all shims
// and every fault of the scenario armed, none of which strikes.
TEST(Library, IsNotChangedByAHarnessThatIsIdle) {
  std::vector<Scenario> scenarios = simulated();
  for (Scenario& scenario : scenarios) {
    std::string others;
    for (const InvariantEntry& clause : builtin_invariants()) {
      if (clause.id != "P2")
        others += (others.empty() ? "\"" : ", \"") + std::string(clause.id) + "\"";
    }
    expect_only(scenario,
                R"({"kind": "keeps_contract", "decided": ["P2"], "except": [)" + others + "]}",
                true);
  }
  expect_held(plans_of(scenarios));
}

// What breaks it in spite of the loop says so itself; choices of their own are not hardened's.
TEST(Library, KeepsTheContractUnderHardened) {
  std::vector<Scenario> scenarios = simulated();
  std::erase_if(scenarios, [](const Scenario& scenario) {
    const std::string text = read_file(scenario.path);
    return scenario.given.policy.has_value() || text.find("breaks_contract") != std::string::npos;
  });
  for (Scenario& scenario : scenarios) {
    expect_only(scenario, R"({"kind": "keeps_contract"})", false);
  }
  EXPECT_GT(scenarios.size(), 30U);
  expect_held(plans_of(scenarios));
}

// The batches of several workers come in an order of their own, and are the same.
TEST(Workers, LeaveTheSameTraceTwiceAndTheSameWeights) {
  const auto outcome = [](const std::string& data) {
    const std::string text = R"({"name": "workers", "given": {"data": )" + data + R"(,
        "model": [{"kind": "dense", "units": 1}],
        "callbacks": [{"kind": "probe", "name": "A"}], "fit": {"epochs": 3}},
        "then": [{"kind": "status", "is": "completed"}]})";
    const Plan one = plan(parsed(text).at(0), builtin_vocabulary()).at(0);
    return run(one, builtin_vocabulary());
  };
  const std::string source =
      R"({"kind": "sequence", "samples": 32, "features": 2, "batch_size": 4})";
  const std::string by_workers = R"({"kind": "workers", "workers": 3, "from": )" + source + "}";
  const Outcome first = outcome(by_workers);
  const Outcome second = outcome(by_workers);
  EXPECT_EQ(write_trace(first.trace), write_trace(second.trace));
  EXPECT_EQ(first.calls.at(0).weights, outcome(source).calls.at(0).weights);
}

}  // namespace
}  // namespace trainwreck::testing
