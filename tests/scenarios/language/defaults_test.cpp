#include "scenarios/language/defaults.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/json_node.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/trace/trace_file.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kCompleted = R"("then": [{"kind": "status", "is": "completed"}])";

std::string given(const std::string& text) {
  return fmt::format("{{\"name\": \"n\", \"given\": {{{}}}, {}}}", text, kCompleted);
}

std::string trace_of(const std::string& text) {
  const Plan one = plan(parsed(text).at(0), builtin_vocabulary()).at(0);
  return write_trace(run(one, builtin_vocabulary()).trace);
}

TEST(Defaults, AreTrainedWhereAFileSaysNothing) {
  const std::string spelled_out =
      fmt::format(R"("data": {}, "model": [{}], "compile": {{"optimizer": {}, "loss": {}}})",
                  kDefaultData, kDefaultLayer, kDefaultOptimizer, kDefaultLoss);
  const std::string trace = trace_of(given(""));
  EXPECT_THAT(trace, HasSubstr("step_end"));
  EXPECT_EQ(trace, trace_of(given(spelled_out)));
  EXPECT_EQ(trace, trace_of(given(R"("compile": {})")));
  EXPECT_EQ(trace, trace_of(fmt::format("{{\"name\": \"n\", {}}}", kCompleted)));
}

TEST(Defaults, GiveWayOneByOne) {
  const auto setup =
      parsed(given(R"("data": {"kind": "arrays", "samples": 4}, "compile": {"loss": "mae"})"))
          .at(0)
          .given;
  EXPECT_THAT(json_text(*setup.data->value), HasSubstr("\"samples\":4"));
  EXPECT_EQ(json_text(*setup.loss.value), "\"mae\"");
  EXPECT_EQ(json_text(*setup.optimizer.value), json_text(*part_of(kDefaultOptimizer).value));
  ASSERT_EQ(setup.layers.size(), 1U);
  EXPECT_EQ(json_text(*setup.layers[0].value), json_text(*part_of(kDefaultLayer).value));
}

TEST(Defaults, StandInForNoMistake) {
  EXPECT_THAT(mistakes_of(given("")), IsEmpty());
  EXPECT_THAT(mistakes_of(given(R"("model": [])")),
              ElementsAre(HasSubstr("needs a \"model\" with a layer")));
  EXPECT_THAT(mistakes_of(given(R"("modle": [])")),
              ElementsAre(HasSubstr("/given/modle is not a known key; did you mean \"model\"?")));
  EXPECT_THAT(mistakes_of(given(R"("data": {"kind": "aray"})")),
              Contains(HasSubstr("/given/data/kind \"aray\" is unknown")));
  EXPECT_THAT(mistakes_of(given(R"("compile": {"optimizer": {"kind": "sdg"}})")),
              Contains(HasSubstr("did you mean \"sgd\"?")));
}

}  // namespace
}  // namespace trainwreck::testing
