
#include "scenarios/runner/power_cut.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/find_scenarios.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

using ::testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<Plan> plans_of(const std::string& text) {
  const Vocabulary vocabulary = builtin_vocabulary();
  const ParsedScenario parsed = parse_scenario(text, "story.json", vocabulary);
  std::vector<Plan> plans;
  for (const Scenario& scenario : parsed.scenarios) {
    for (Plan& one : plan(scenario, vocabulary)) plans.push_back(std::move(one));
  }
  return plans;
}

std::string story(std::string_view protocol, std::string_view power_cut) {
  return fmt::format(R"({{
    "name": "a story",
    "given": {{
      "data": {{"kind": "arrays", "samples": 8, "features": 2, "batch_size": 4}},
      "model": [{{"kind": "dense", "units": 1}}],
      "callbacks": [{{"kind": "model_checkpoint", "path": "m.safetensors"}}],
      "fit": {{"epochs": 2}},
      "policy": {{"checkpoint.protocol": "{}"}}
    }},
    "power_cut": {},
    "then": [{{"kind": "power_cuts"}}]
  }})",
                     protocol, power_cut);
}

Finding only_finding(const std::string& text) {
  const std::vector<Plan> plans = plans_of(text);
  EXPECT_EQ(plans.size(), 1U);
  const Vocabulary vocabulary = builtin_vocabulary();
  return judge(run(plans.at(0), vocabulary), plans.at(0)).assertions.at(0).finding;
}

// The table of the documentation is what the library's stories come to today.
TEST(PowerCut, TheTableOfTheDocumentationIsTrue) {
  const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<std::string> files;
  ASSERT_TRUE(find_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library/power_cuts"}, files));
  std::string table(kPowerCutHeading);
  for (const std::string& file : files) {
    for (const Plan& one : plans_of(content_of(file))) {
      table += power_cut_rows(one, run(one, vocabulary).power_cuts);
    }
  }
  EXPECT_THAT(content_of(TRAINWRECK_SOURCE_DIR "/docs/power_cuts.md"), HasSubstr(table))
      << "bring it up to date: trainwreck power-cut --markdown";
}

TEST(PowerCut, ADurableSaveHoldsWhereverThePowerGoes) {
  EXPECT_TRUE(only_finding(story("durable", "{}")).held);
}

TEST(PowerCut, TheFirstTornDiskIsExplained) {
  const Finding finding = only_finding(story("in_place", R"({"models": ["sigkill"]})"));
  EXPECT_FALSE(finding.held);
  EXPECT_EQ(finding.expected, "sigkill: none torn");
  EXPECT_THAT(finding.actual, HasSubstr("m.safetensors cannot be loaded"));
  EXPECT_THAT(finding.actual, HasSubstr("nothing makes the two one step"));
}

TEST(PowerCut, ALostSaveNamesTheMissingSync) {
  const Finding finding = only_finding(story("rename", R"({"models": ["ordered_noalloc"]})"));
  EXPECT_FALSE(finding.held);
  EXPECT_THAT(finding.actual, HasSubstr("no sync of m.safetensors.0.tmp between them"));
}

TEST(PowerCut, AModelThatDoesNotExistIsAMistakeInTheFile) {
  const Vocabulary vocabulary = builtin_vocabulary();
  const ParsedScenario parsed =
      parse_scenario(story("durable", R"({"models": ["ext3"]})"), "story.json", vocabulary);
  ASSERT_EQ(parsed.mistakes.size(), 1U);
  EXPECT_THAT(parsed.mistakes[0].message, HasSubstr("\"ext3\" is no persistence model"));
}

}  // namespace
}  // namespace trainwreck
