#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/planning.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kHeld = R"("then": [{"kind": "status", "is": "completed"}])";

TEST(Parse, ReportsEveryMistakeInOnePass) {
  const std::string text = R"({
  "name": "full of mistakes",
  "given": {
    "data": {"kind": "aray", "samples": 8},
    "model": [{"kind": "dense", "units": 0}],
    "fit": {"epoch": 2}
  },
  "when": [{"kind": "step_throw", "at": {}}],
  "then": [{"kind": "status", "is": "complete"}],
  "thenn": []
})";
  const std::vector<std::string> mistakes = mistakes_of(text);
  EXPECT_THAT(mistakes, Contains(HasSubstr("4: /given/data/kind \"aray\" is unknown")));
  EXPECT_THAT(mistakes, Contains(HasSubstr("5: /given/model/0/units")));
  EXPECT_THAT(mistakes,
              Contains("6: /given/fit/epoch is not a known key; did you mean \"epochs\"?"));
  EXPECT_THAT(mistakes,
              Contains(HasSubstr("8: /when/0/kind \"step_throw\" is unknown; did you mean")));
  EXPECT_THAT(mistakes, Contains(HasSubstr("9: /then/0/is")));
  EXPECT_THAT(mistakes, Contains("10: /thenn is not a known key; did you mean \"then\"?"));
}

TEST(Parse, RefusesAStoryThatStatesNothing) {
  EXPECT_THAT(mistakes_of(story(R"("then": [])")),
              ElementsAre(HasSubstr("states nothing tests nothing")));
}

TEST(Parse, SaysWhereTheTextIsNoJson) {
  EXPECT_THAT(mistakes_of("{\"name\": \"x\",\n  oops}"), ElementsAre(HasSubstr("2:")));
  EXPECT_THAT(mistakes_of(""), SizeIs(1));
  EXPECT_THAT(mistakes_of(std::string(100'000, '[')), SizeIs(1));
}

TEST(Parse, AllowsComments) { EXPECT_THAT(mistakes_of("// why\n" + story(kHeld)), IsEmpty()); }

TEST(Parse, RepeatedKeysAreMistakes) {
  EXPECT_THAT(mistakes_of(story(std::string(kHeld) + R"(, "about": "a", "about": "b")")),
              ElementsAre(HasSubstr("/about")));
}

TEST(Parse, ABareListSpeaksOfTheHardenedProfile) {
  const std::vector<Scenario> scenarios = parsed(story(kHeld));
  ASSERT_EQ(scenarios.size(), 1U);
  EXPECT_EQ(scenarios[0].then.hardened.size(), 1U);
  EXPECT_TRUE(scenarios[0].then.keras.empty());
  const std::vector<Scenario> keras = parsed(story(std::string(kHeld) + R"(, "profile": "keras")"));
  EXPECT_EQ(keras.at(0).then.keras.size(), 1U);
}

TEST(Parse, AStoryBearsOnOneClaimOrSeveral) {
  const auto claims_of = [](const std::string& claim) {
    return parsed(story("\"claim\": " + claim + ", " + kHeld)).front().claims;
  };
  const std::string one = R"({"says": "it holds", "from": "000-01", "holds": {"keras": true}})";
  ASSERT_THAT(claims_of(one), SizeIs(1));
  EXPECT_EQ(claims_of(one)[0].says, "it holds");
  EXPECT_EQ(claims_of(one)[0].holds_in_keras, true);
  EXPECT_EQ(claims_of(one)[0].holds_in_hardened, std::nullopt);
  EXPECT_THAT(claims_of("[" + one + ", " + one + "]"), SizeIs(2));
}

TEST(Cases, TellTheSameStoryWithOtherValues) {
  const std::string text = story(std::string(kHeld) +
                                 R"(, "cases": [{"name": "one", "set": {"/given/fit/epochs": 1}},
                     {"name": "three", "set": {"/given/fit/epochs": 3, "/given/seed": 7}}])");
  const std::vector<Scenario> scenarios = parsed(text);
  ASSERT_EQ(scenarios.size(), 2U);
  EXPECT_EQ(scenarios[0].case_name, "one");
  EXPECT_EQ(scenarios[0].given.fit.epochs, 1);
  EXPECT_EQ(scenarios[1].given.fit.epochs, 3);
  EXPECT_EQ(scenarios[1].given.seed, 7U);
}

TEST(Cases, MistakesNameTheCase) {
  const auto with = [](const std::string& cases) {
    return mistakes_of(story(std::string(kHeld) + R"(, "cases": )" + cases));
  };
  EXPECT_THAT(with(R"([{"name": "a", "set": {"/nowhere/at/all": 1}}])"),
              Contains(HasSubstr("\"/nowhere/at/all\" points to nothing in this file")));
  EXPECT_THAT(with(R"([{"set": {}}])"), Contains(HasSubstr("/cases/0 needs a \"name\"")));
  EXPECT_THAT(with("[]"), ElementsAre(HasSubstr("must be a list with at least one case")));
  EXPECT_THAT(with(R"([{"name": "a", "set": {"/given/fit/epochs": "many"}}])"),
              ElementsAre(HasSubstr("(in case \"a\")")));
}

TEST(Plan, IsMadeForEachProfileThatTheFileSpeaksOf) {
  const Vocabulary vocabulary = builtin_vocabulary();
  const auto profiles = [&](const std::string& rest) {
    std::vector<std::string> names;
    for (const Plan& one : plan(parsed(story(rest)).at(0), vocabulary))
      names.push_back(one.profile);
    return names;
  };
  EXPECT_THAT(profiles(kHeld), ElementsAre("hardened"));
  EXPECT_THAT(profiles(R"("then": {"both": [{"kind": "status", "is": "completed"}]})"),
              ElementsAre("keras", "hardened"));
  EXPECT_THAT(profiles(R"("then": {"keras": [{"kind": "status", "is": "completed"}]})"),
              ElementsAre("keras"));
}

TEST(Plan, SingleChoicesOverrideTheProfile) {
  const std::string text = R"({"name": "n", "given": {
      "data": {"kind": "arrays", "samples": 8, "features": 2},
      "model": [{"kind": "dense", "units": 1}],
      "policy": {"loop.end_hooks": "skipped_on_failure"}}, )" +
                           std::string(kHeld) + "}";
  const Plan one = plan(parsed(text).at(0), builtin_vocabulary()).at(0);
  EXPECT_EQ(one.policy.loop.end_hooks, EndHooks::skipped_on_failure);
  EXPECT_EQ(one.policy.loop.stop_read, hardened().loop.stop_read);
}

}  // namespace
}  // namespace trainwreck::testing
