#include "scenarios/books/claims.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/suite/find_scenarios.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

std::vector<Scenario> library() {
  std::vector<std::string> files;
  EXPECT_TRUE(find_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library"}, files));
  const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<Scenario> all;
  for (const std::string& file : files) {
    for (Scenario& one : parse_scenario(contents_of(file), file, vocabulary).scenarios) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

// Every claim of the five documents, and the questions beside them.
std::set<std::string> all_claims() {
  std::set<std::string> ids;
  const int counts[] = {20, 13, 81, 12, 21};
  for (int document = 0; document < 5; ++document) {
    for (int i = 1; i <= counts[document]; ++i) {
      ids.insert(fmt::format("{:03d}-{:02d}", document, i));
    }
  }
  for (const char* id : {"a", "b", "c", "d", "k1", "k2", "l1", "l2", "m", "t"}) {
    ids.insert(std::string("Q-") + id);
  }
  return ids;
}

std::vector<UntoldClaim> untold() {
  Diagnostics mistakes;
  auto claims = read_untold_claims(
      contents_of(TRAINWRECK_SOURCE_DIR "/scenarios/books/claims_not_shown.json"), mistakes);
  EXPECT_TRUE(mistakes.empty());
  return claims;
}

Claim claim(const std::string& from, std::optional<bool> keras, std::optional<bool> hardened) {
  return {
      .says = "says " + from, .from = from, .holds_in_keras = keras, .holds_in_hardened = hardened};
}

Scenario story(const std::string& name, std::vector<Claim> claims) {
  Scenario scenario;
  scenario.name = name;
  scenario.claims = std::move(claims);
  return scenario;
}

TEST(ToldClaims, ArePartlyTrueWhereStoriesDisagree) {
  const std::vector<Scenario> stories = {
      story("one", {claim("b", true, false), claim("a", true, true), claim("", true, true)}),
      story("two", {claim("b", false, false)}), story("two", {claim("b", false, std::nullopt)})};
  const std::vector<ToldClaim> told = told_claims(stories);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].from, "a");
  EXPECT_EQ(name_of(told[0].keras), "true");
  EXPECT_EQ(told[1].says, "says b");
  EXPECT_EQ(name_of(told[1].keras), "partly");
  EXPECT_EQ(name_of(told[1].hardened), "false");
  EXPECT_THAT(told[1].stories, ElementsAre("one", "two"));
  EXPECT_EQ(told[2].from, "");
  EXPECT_EQ(name_of(ToldClaim{}.keras), "untold");
}

TEST(UntoldClaims, NeedAReason) {
  Diagnostics mistakes;
  const auto claims = read_untold_claims(
      R"({"claims": [{"from": "1", "says": "a", "because": "b"}, {"from": "2", "says": "c"}]})",
      mistakes);
  EXPECT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[0].because, "b");
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].pointer, "/claims/1/because");
}

// A claim is told by a story or listed with the reason why none can tell it, and not both.
TEST(Library, TellsEveryClaimOrSaysWhyNot) {
  std::set<std::string> open = all_claims();
  std::vector<std::string> wrong;
  for (const ToldClaim& told : told_claims(library())) {
    if (told.from.empty()) continue;
    if (open.erase(told.from) == 0) wrong.push_back(told.from + " is no claim");
    const bool both = told.keras != Bearing::untold && told.hardened != Bearing::untold;
    if (!both) wrong.push_back(told.from + " has no verdict under one of the profiles");
  }
  for (const UntoldClaim& one : untold()) {
    if (open.erase(one.from) == 0) wrong.push_back(one.from + " is told, or no claim");
  }
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_THAT(open, IsEmpty());
}

// A verdict under a profile means something only where the story states something under it.
TEST(Library, DecidesClaimsByAssertions) {
  const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<std::string> undecided;
  for (const Scenario& scenario : library()) {
    std::set<std::string> profiles;
    for (const Plan& one : plan(scenario, vocabulary)) profiles.insert(one.profile);
    for (const Claim& one : scenario.claims) {
      const bool decided = (!one.holds_in_keras || profiles.contains("keras")) &&
                           (!one.holds_in_hardened || profiles.contains("hardened"));
      if (!decided) undecided.push_back(scenario.path + ": " + one.says);
    }
  }
  EXPECT_THAT(undecided, IsEmpty());
}

TEST(Library, SaysWhyEachStoryMatters) {
  for (const Scenario& scenario : library()) {
    const bool told = scenario.path.find("/stories/") == std::string::npos;
    EXPECT_TRUE(told || !scenario.about.empty()) << scenario.path;
  }
}

}  // namespace
}  // namespace trainwreck
