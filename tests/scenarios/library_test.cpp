#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scenarios/clauses.h"
#include "scenarios/commands.h"
#include "scenarios/findings.h"
#include "scenarios/stages.h"
#include "scenarios/trace_file.h"
#include "tests/scenarios/story.h"

// What holds for every scenario of the library, whatever it is about.
namespace trainwreck::testing {
namespace {

// All that can be told in this process, in little time.
std::vector<Scenario> told_here() {
  std::vector<std::string> files;
  find_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library"}, files);
  std::vector<Scenario> scenarios;
  for (const std::string& file : files) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    for (Scenario& scenario : parse_scenario(text.str(), file, builtin_vocabulary()).scenarios) {
      const bool slow =
          std::find(scenario.tags.begin(), scenario.tags.end(), "slow") != scenario.tags.end();
      if (!scenario.real_process && scenario.needs.empty() && !slow) {
        scenarios.push_back(std::move(scenario));
      }
    }
  }
  return scenarios;
}

std::vector<Plan> plans() {
  std::vector<Plan> all;
  for (const Scenario& scenario : told_here()) {
    for (Plan& one : plan(scenario, builtin_vocabulary())) all.push_back(std::move(one));
  }
  return all;
}

std::string name_of(const Plan& plan) {
  return plan.scenario.path + " " + plan.scenario.case_name + " " + plan.profile;
}

Outcome told(Plan plan, Harness harness) {
  plan.harness = harness;
  plan.evidence = {};
  return run(plan, builtin_vocabulary());
}

TEST(Library, IsNotEmpty) { EXPECT_GT(plans().size(), 100U); }

TEST(Library, LeavesTheSameTraceTwice) {
  for (const Plan& one : plans()) {
    const Outcome first = run(one, builtin_vocabulary());
    const Outcome second = run(one, builtin_vocabulary());
    EXPECT_EQ(write_trace(first.trace), write_trace(second.trace)) << name_of(one);
    EXPECT_EQ(first.files, second.files) << name_of(one);
  }
}

// Bit by bit: weights, history and files of a run that nobody watches, and of one with a trace, all
// shims and every fault of the scenario armed, none of which strikes.
TEST(Library, IsNotChangedByAHarnessThatIsIdle) {
  for (const Plan& one : plans()) {
    const Outcome idle = told(one, Harness::idle);
    const Outcome absent = told(one, Harness::absent);
    ASSERT_EQ(idle.calls.size(), absent.calls.size()) << name_of(one);
    for (std::size_t i = 0; i < idle.calls.size(); ++i) {
      EXPECT_TRUE(same_bits(idle.calls[i].weights, absent.calls[i].weights)) << name_of(one);
      EXPECT_TRUE(idle.calls[i].history == absent.calls[i].history) << name_of(one);
      EXPECT_EQ(idle.calls[i].status, absent.calls[i].status) << name_of(one);
    }
    EXPECT_EQ(idle.files, absent.files) << name_of(one);
  }
}

// Also what a scenario says of keras alone, so long as it asks for no other choices.
TEST(Library, KeepsTheContractUnderHardened) {
  for (Scenario scenario : told_here()) {
    if (scenario.given.policy) continue;
    scenario.profile = "hardened";
    for (const Plan& one : plan(scenario, builtin_vocabulary())) {
      const bool has_its_say =
          one.scenario.then.hardened.empty() ||
          one.scenario.then.hardened.back().json.find("keeps_contract") == std::string::npos;
      if (has_its_say) continue;
      const Verdict verdict = judge(run(one, builtin_vocabulary()), one, builtin_vocabulary());
      EXPECT_TRUE(verdict.assertions.back().finding.held)
          << name_of(one) << ": " << verdict.assertions.back().finding.actual;
    }
  }
}

// The batches of several workers come in an order of their own, and are the same.
TEST(Workers, LeaveTheSameTraceTwiceAndTheSameWeights) {
  const auto with = [](const std::string& data) {
    return R"({"name": "workers", "given": {"data": )" + data + R"(,
        "model": [{"kind": "dense", "units": 1}],
        "callbacks": [{"kind": "probe", "name": "A"}], "fit": {"epochs": 3}},
        "then": [{"kind": "status", "is": "completed"}]})";
  };
  const std::string source =
      R"({"kind": "sequence", "samples": 32, "features": 2, "batch_size": 4})";
  const auto outcome = [&](const std::string& data) {
    const Scenario scenario = parsed(with(data)).at(0);
    return run(plan(scenario, builtin_vocabulary()).at(0), builtin_vocabulary());
  };
  const std::string by_workers = R"({"kind": "workers", "workers": 3, "from": )" + source + "}";
  const Outcome first = outcome(by_workers);
  const Outcome second = outcome(by_workers);
  EXPECT_EQ(write_trace(first.trace), write_trace(second.trace));
  EXPECT_EQ(first.calls.at(0).weights, outcome(source).calls.at(0).weights);
}

}  // namespace
}  // namespace trainwreck::testing
