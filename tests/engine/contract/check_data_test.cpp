#include "engine/contract/check_data.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

std::shared_ptr<DataSource> sound_arrays() {
  return std::make_shared<ArraySource>(ArrayData{counting(50), counting(50), {}}, BatchOptions{8});
}

// Five batches, the third with a NaN.
std::shared_ptr<DataSource> spoiled() {
  return from_sequence_fn(
      5,
      [](std::int64_t index, Batch& out) {
        out.x = Tensor({1, 1}, index == 2 ? NAN : 1.0F);
      },
      "mine");
}

TEST(CheckData, FindsNothingInAGoodSource) {
  const CheckReport report = check_data(&sound_arrays, {.scripts = 200});
  EXPECT_FALSE(report.finding.has_value());
  EXPECT_EQ(report.scripts, 200);
  EXPECT_GT(report.batches, 1000);
}

TEST(CheckData, TellsWhichRulesHadNothingToBeHeldAgainst) {
  const CheckReport report = check_data(&sound_arrays, {.scripts = 200});
  EXPECT_TRUE(report.looked_at.has(Rule::samples_once));
  EXPECT_TRUE(report.looked_at.has(Rule::index_is_checked));
  EXPECT_FALSE(report.looked_at.has(Rule::stays_exhausted)) << "it is no stream";
}

TEST(CheckData, ShrinksAScriptToWhatBreaksTheRule) {
  const CheckReport report = check_data(&spoiled);
  ASSERT_TRUE(report.finding.has_value());
  EXPECT_EQ(text_of(report.finding->script), "fetch 2");
  EXPECT_EQ(report.finding->story,
            (std::vector<std::string>{"on_epoch_begin()", "start_pass(0)", "fetch(2)"}));
  EXPECT_EQ(text_of(report.finding->finding.broken, report.finding->finding.batch),
            "batch 2 breaks finite: expected finite numbers in x, got nan in row 0");
}

TEST(CheckData, TheSameSeedRunsTheSameScripts) {
  const auto scripts_of = [](std::uint64_t seed) {
    std::vector<std::string> texts;
    check_data(&sound_arrays, {.scripts = 20, .seed = seed},
               [&](const SourceScript& script) { texts.push_back(text_of(script)); });
    return texts;
  };
  EXPECT_EQ(scripts_of(1), scripts_of(1));
  EXPECT_NE(scripts_of(1), scripts_of(2));
}

TEST(CheckData, ARuleCanBeLeftOut) {
  CheckPlan plan{.scripts = 200};
  plan.options.without.add(Rule::finite);
  EXPECT_FALSE(check_data(&spoiled, plan).finding.has_value());
}

TEST(CheckData, AStreamThatTellsNoLengthHasToEndUnlessItNeedNot) {
  const SourceFactory endless = [] {
    return from_generator_fn([](Batch& out) {
      out.x = Tensor({1, 1});
      return true;
    });
  };
  CheckPlan plan{.options = {.longest = 50}, .scripts = 50};
  const CheckReport report = check_data(endless, plan);
  ASSERT_TRUE(report.finding.has_value());
  EXPECT_EQ(text_of(report.finding->finding.broken, report.finding->finding.batch),
            "batch 49 breaks ends: expected an end within 50 batches, got more");
  EXPECT_EQ(text_of(report.finding->script), "walk");
  plan.options.endless = true;
  EXPECT_FALSE(check_data(endless, plan).finding.has_value());
}

}  // namespace
}  // namespace trainwreck
