// Method: for each rule a generator with a bug that breaks it, and its twin without the bug.
#include "tests/fuzz/planted.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/contract/check_data.h"
#include "engine/seams/executor.h"

namespace trainwreck {
namespace {

using testing::Planted;

class PlantedBug : public ::testing::TestWithParam<Planted> {
 protected:
  CheckReport check(const SourceFactory& make, std::int64_t scripts) const {
    return check_data(make, {.options = {.executor = executor_.get()}, .scripts = scripts});
  }

 private:
  std::unique_ptr<Executor> executor_ = thread_executor();
};

TEST_P(PlantedBug, IsFoundUnderItsRuleByAShortScript) {
  const CheckReport report = check(GetParam().bugged(), 2000);
  ASSERT_TRUE(report.finding.has_value()) << GetParam().bug;
  EXPECT_EQ(name_of(report.finding->finding.broken.rule), name_of(GetParam().rule))
      << text_of(report.finding->script);
  EXPECT_LE(report.finding->script.size(), 9U) << text_of(report.finding->script);
}

TEST_P(PlantedBug, ItsTwinSurvivesAndTheRuleWasHeldAgainstIt) {
  const CheckReport report = check(GetParam().sound(), 2000);
  EXPECT_FALSE(report.finding.has_value())
      << text_of(report.finding->finding.broken, report.finding->finding.batch) << "\n"
      << text_of(report.finding->script);
  EXPECT_EQ(report.scripts, 2000);
  EXPECT_TRUE(report.looked_at.has(GetParam().rule));
}

INSTANTIATE_TEST_SUITE_P(EveryRule, PlantedBug, ::testing::ValuesIn(testing::planted()),
                         [](const auto& one) { return std::string(name_of(one.param.rule)); });

INSTANTIATE_TEST_SUITE_P(Leftovers, PlantedBug, ::testing::ValuesIn(testing::planted_leftovers()),
                         [](const auto& one) { return std::string(one.param.bug); });

TEST(PlantedBugs, ThereIsOneForEveryRule) {
  std::set<std::string_view> missing(rule_names().begin(), rule_names().end());
  for (const Planted& one : testing::planted()) missing.erase(name_of(one.rule));
  // A crash ends the process: tests/scenarios has it.
  EXPECT_EQ(missing, std::set<std::string_view>{"does_not_crash"});
}

}  // namespace
}  // namespace trainwreck
