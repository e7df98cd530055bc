// Method: texts that nobody would write on purpose; each must get a complaint, soon, and in little
// memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "engine/base/random.h"
#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kGood = story(R"(
  "when": [{"kind": "hook_throws", "at": {"epoch": 1, "site": "hook.on_epoch_end"}}],
  "cases": [{"name": "one", "set": {"/given/fit/epochs": 3}}],
  "then": {"both": [{"kind": "status", "is": "failed"}]})");

double seconds_to_refuse(const std::string& text) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(mistakes_of(text), Not(IsEmpty()));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(HostileScenario, EveryTruncationIsRefused) {
  ASSERT_THAT(mistakes_of(kGood), IsEmpty());
  for (std::size_t length = 0; length < kGood.size(); ++length) {
    EXPECT_THAT(mistakes_of(kGood.substr(0, length)), Not(IsEmpty())) << length;
  }
}

TEST(HostileScenario, AChangedByteCanOnlyLeadToAComplaintOrToAStory) {
  const Random random(7, Purpose::user);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    std::string text = kGood;
    text[random.below(2 * i, text.size())] = static_cast<char>(random.below(2 * i + 1, 256));
    mistakes_of(text);  // that it returns is the claim
  }
}

TEST(HostileScenario, DepthIsBounded) {
  for (const std::string& open :
       {std::string("["), std::string("{\"a\":"), std::string("[[{\"b\":")}) {
    std::string text;
    while (text.size() < 2'000'000) text += open;
    EXPECT_LT(seconds_to_refuse(text), 5.0);
    EXPECT_LT(seconds_to_refuse("{\"name\": " + text), 5.0);
  }
}

TEST(HostileScenario, SizeIsBounded) {
  std::string many = "{\"name\": \"x\", \"tags\": [";
  while (many.size() < 2'000'000) many += "\"a\",";
  const Folder folder;
  const Called called = trainwreck({"run", folder.with("big.json", many + "\"a\"]}")});
  EXPECT_EQ(called.exit_code, 2);
  EXPECT_THAT(called.output, HasSubstr("big.json: is larger than 1 MiB"));
  EXPECT_LT(seconds_to_refuse(many + "\"a\"]}"), 20.0);
  EXPECT_LT(seconds_to_refuse("{\"name\": \"" + std::string(2'000'000, 'x') + "\"}"), 20.0);
}

TEST(HostileScenario, AFileFullOfMistakesNamesThemAllInBoundedTime) {
  std::string text = "{\"name\": \"x\", \"given\": {\"model\": [";
  for (int i = 0; i < 2000; ++i) text += R"({"kind": "dens", "unitz": 1},)";
  text += R"({"kind": "dense", "units": 1}]}})";
  const std::vector<std::string> mistakes = mistakes_of(text);
  EXPECT_GE(mistakes.size(), 2000U);
  EXPECT_THAT(mistakes.front(), HasSubstr("did you mean \"dense\"?"));
}

TEST(HostileScenario, IsAUsageErrorOnTheCommandLine) {
  const Folder folder;
  for (const std::string& text :
       {std::string("\0\0\0", 3), std::string("\xff\xfe{}"), std::string(100'000, '['),
        std::string("[]"), std::string("null"), std::string()}) {
    const Called called = trainwreck({"run", folder.with("bad.json", text)});
    EXPECT_EQ(called.exit_code, 2) << called.output;
    EXPECT_THAT(called.output, HasSubstr("bad.json"));
  }
}

}  // namespace
}  // namespace trainwreck::testing
