#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/outcome_class.h"
#include "tests/scenarios/support/told_story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about how a run came out; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

TEST(StatusAssertion, NamesStatusAndError) {
  EXPECT_EQ(plain(R"({"kind": "status", "is": "completed"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "status", "is": "stopped"})"), "stopped -> completed: no error");
  EXPECT_EQ(plain(R"({"kind": "status", "is": "completed", "error": "IoError"})"),
            "completed with IoError -> completed: no error");
}

TEST(RaisesAssertion, LooksAtTypePlaceAndText) {
  EXPECT_EQ(plain(R"({"kind": "raises", "error": "nothing"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "raises", "error": "IoError"})"), "IoError -> nothing was raised");
  EXPECT_THAT(struck(R"({"kind": "raises", "error": "IoError", "epoch": 1, "batch": 0})"),
              HasSubstr("IoError at epoch 1, batch 0 -> "));
  EXPECT_THAT(struck(R"({"kind": "raises", "error": "nothing"})"), HasSubstr("in loss at epoch 1"));
}

TEST(EndingAssertion, TellsDeathFromReturn) {
  EXPECT_EQ(plain(R"({"kind": "ending", "is": "returned"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "ending", "is": "died"})"), "died -> returned");
  const std::string killed =
      story(R"("when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}], )" +
            then(R"({"kind": "ending", "is": "returned"})"));
  EXPECT_THAT(finding_of(killed), HasSubstr("returned -> died"));
}

TEST(StopsAssertion, KnowsWhoAskedWhereAndHowLongItTook) {
  const auto stopped = [](const std::string& assertion) {
    return finding_of(story(
        R"("when": [{"kind": "hook_requests_stop", "reason": "enough",
                     "at": {"epoch": 0, "batch": 0, "site": "hook.on_train_batch_end",
                            "callback": "A"}}], )" +
        then(assertion)));
  };
  EXPECT_EQ(stopped(R"({"kind": "stops", "by": "A", "epoch": 0, "latency": 0})"), "held");
  EXPECT_EQ(stopped(R"({"kind": "stops", "latency": 2})"), "2 steps after the demand -> 0 steps");
  EXPECT_EQ(stopped(R"({"kind": "stops", "by": "B"})"),
            "another demand to stop -> A asked at epoch 0, batch 0: enough");
  EXPECT_EQ(plain(R"({"kind": "stops"})"), "a demand to stop -> nobody asked");
}

TEST(StopFlagIsAssertion, StandsAsTheLastFitLeftIt) {
  EXPECT_EQ(plain(R"({"kind": "stop_flag_is", "is": false})"), "held");
  EXPECT_EQ(plain(R"({"kind": "stop_flag_is", "is": true})"), "a stop asked for -> nobody asked");
  const std::string stopped =
      R"("runs": [{"do": "fit", "when": [{"kind": "hook_requests_stop", "at": {"epoch": 0,
                   "site": "hook.on_epoch_end", "callback": "A"}}]}, {"do": "evaluate"}], )";
  EXPECT_EQ(finding_of(story(stopped + then(R"({"kind": "stop_flag_is", "is": true})"))), "held");
  EXPECT_EQ(finding_of(story(stopped + then(R"({"kind": "stop_flag_is", "is": false})"))),
            "no stop asked for -> it was asked for");
}

TEST(ErrorsAreAssertion, ListsTheFirstAndTheSuppressed) {
  EXPECT_EQ(plain(R"({"kind": "errors_are", "types": []})"), "held");
  EXPECT_EQ(plain(R"({"kind": "errors_are", "types": ["IoError"]})"), "IoError -> no error");
}

TEST(WarnsAssertion, CountsByIdAndText) {
  EXPECT_EQ(plain(R"({"kind": "warns", "times": 0})"), "held");
  EXPECT_EQ(plain(R"({"kind": "warns", "id": "data.ran_out"})"),
            "the warning data.ran_out at least once -> 0 times");
}

// A fault, and what it comes to.
std::string came_to(const std::string& fault, const std::string& is,
                    const std::string& profile = "hardened") {
  const std::string assertion = then_both(R"({"kind": "outcome", "is": ")" + is + R"("})");
  return finding_of(story(R"("when": [)" + fault + "], " + assertion), profile);
}

TEST(OutcomeAssertion, TellsNothingFromSomethingTold) {
  const std::string stall =
      R"({"kind": "hook_stalls", "at": {"epoch": 0, "site": "hook.on_epoch_end"}})";
  EXPECT_EQ(came_to(stall, "no effect"), "held");
  EXPECT_EQ(came_to(stall, "detected"), "detected -> no effect");
  const std::string nan = R"({"kind": "batch_nan", "at": {"epoch": 0, "batch": 1}})";
  EXPECT_EQ(came_to(nan, "detected"), "held");
  EXPECT_EQ(came_to(nan, "silent corruption", "keras"), "held");
  EXPECT_EQ(came_to(nan, "no effect", "keras"), "no effect -> silent corruption");
}

TEST(OutcomeAssertion, KnowsDeathAndRecovery) {
  const std::string kill = R"({"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}})";
  EXPECT_EQ(came_to(kill, "crashed"), "held");
  const auto story_of_two = [&](const std::string& loses) {
    return story(R"("runs": [{"do": "fit", "when": [)" + kill +
                     R"(]}, {"do": "restart", "loses": [)" + loses + R"(]}, {"do": "fit"}], )" +
                     then(R"({"kind": "outcome", "is": "recovered"})"),
                 R"({"kind": "backup_and_restore", "backup_dir": "backup"})");
  };
  EXPECT_EQ(finding_of(story_of_two("")), "held");
  EXPECT_EQ(finding_of(story_of_two(R"("log.csv")")), "recovered -> crashed");
}

// What no scenario of a sound engine comes to.
TEST(OutcomeClass, KnowsTheRest) {
  Outcome outcome;
  outcome.calls.emplace_back();
  EXPECT_EQ(class_of(outcome), "silent corruption") << "nothing shows that it is as without faults";
  outcome.calls[0].swallowed_death = true;
  EXPECT_EQ(class_of(outcome), "swallowed death");
  outcome.calls[0].ending = Ending::hung;
  EXPECT_EQ(class_of(outcome), "hung");
  outcome.faults.push_back({.kind = "nan_loss"});
  EXPECT_EQ(class_of(outcome), "unreached");
}

}  // namespace
}  // namespace trainwreck::testing
