#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about data, alerts and what is left; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

TEST(DataServedAssertion, KnowsOrderAndRepetition) {
  EXPECT_EQ(plain(R"({"kind": "data_served", "epoch": 0, "batches": [0, 1], "each_once": true})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "data_served", "batches": [0, 1]})"), "[0, 1] -> [0, 1, 0, 1]");
}

TEST(DataServedAssertion, CountsSamples) {
  EXPECT_EQ(plain(R"({"kind": "data_served", "samples": 8})"), "held");
  EXPECT_EQ(plain(R"({"kind": "data_served", "samples": 9})"),
            "each of 9 samples once in epoch 0 -> 8 samples came");
  EXPECT_EQ(finding_of(story(R"("when": [{"kind": "batch_duplicated", "at": {"batch": 1}}], )" +
                             then_both(R"({"kind": "data_served", "samples": 8})")),
                       "keras"),
            "each of 8 samples once in epoch 0 -> sample 0 came 2 times");
}

std::string monitored(const std::string& network, const std::string& assertion) {
  std::string text = story(then(assertion), R"({"kind": "remote_monitor"})");
  return finding_of(text.replace(text.find(R"("model")"), 0, R"("network": )" + network + ", "));
}

TEST(AlertsSentAssertion, CountsWhatArrived) {
  const auto sent = [](const std::string& assertion) {
    return monitored(R"({"is": "up"})", R"({"kind": "alerts_sent", )" + assertion + "}");
  };
  EXPECT_EQ(sent(R"("times": 2, "epochs": [0, 1], "says": "loss", "to": "9000")"), "held");
  EXPECT_EQ(sent(R"("epochs": [0])"), "alerts in epochs [0] -> [0, 1]");
  EXPECT_EQ(sent(R"("says": "mae")"), "alerts, at least one -> 0 of 2 posts");
  EXPECT_EQ(plain(R"({"kind": "alerts_sent", "times": 1})"), "1 alerts -> 0 of 0 posts");
}

TEST(AlertsSentAssertion, KnowsServersThatAreDownSlowOrFailing) {
  for (const std::string is : {"down", "slow", "failing"}) {
    const std::string network = R"({"is": ")" + is + R"(", "epochs": [0]})";
    EXPECT_EQ(monitored(network, R"({"kind": "alerts_sent", "epochs": [1]})"), "held") << is;
    EXPECT_EQ(monitored(network, R"({"kind": "alerts_sent", "tries": true, "times": 4})"), "held");
    EXPECT_EQ(monitored(network, R"({"kind": "warns", "id": "remote_monitor.not_delivered"})"),
              "held");
  }
}

TEST(EngineReusableAssertion, SeesWhatStaysInAnEngine) {
  const std::string twice = R"("runs": [
      {"do": "fit", "when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}]},
      {"do": "restart"}, {"do": "fit"}], )";
  const std::string text = story(twice + then_both(R"({"kind": "engine_reusable"})"),
                                 R"({"kind": "backup_and_restore", "backup_dir": "backup"})");
  EXPECT_EQ(finding_of(text), "held");
  EXPECT_THAT(finding_of(text, "keras"),
              ::testing::MatchesRegex("a second, clean fit like that of a new engine -> other "
                                      "weights: dense/kernel\\[0, 0\\] is .* instead of .*"));
}

TEST(EngineReusableAssertion, SpeaksOfTheDead) {
  EXPECT_EQ(finding_of(story(R"("when": [{"kind": "sigkill", "at": {"site": "step.apply"}}], )" +
                             then(R"({"kind": "engine_reusable"})"))),
            "a second, clean fit like that of a new engine -> the process died");
}

TEST(LeavesNothingBehindAssertion, ListsFilesTasksAndMemory) {
  const auto left = [](const std::string& fault) {
    return finding_of(story(fault + then(R"({"kind": "leaves_nothing_behind"})"),
                            R"({"kind": "model_checkpoint", "path": "m.safetensors"})"));
  };
  EXPECT_EQ(left(""), "held");
  EXPECT_THAT(left(R"("when": [{"kind": "sigkill", "at": {"site": "file.rename"}}], )"),
              HasSubstr("nothing left behind -> m.safetensors"));
}

}  // namespace
}  // namespace trainwreck::testing
