#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about hooks; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

TEST(HookRanAssertion, CountsEpochsBatchesAndTimes) {
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_epoch_end", "epochs": [0, 1]})"), "held");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_epoch_end", "epochs": [0]})"),
            "on_epoch_end in epochs [0] -> in epochs [0, 1]");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_train_batch_end", "batches": [0, 1]})"),
            "on_train_batch_end for batches [0, 1] -> for batches [0, 1, 0, 1]");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_train_end", "times": 2})"),
            "on_train_end 2 times -> 1 times");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_test_begin"})"),
            "on_test_begin at least once -> 0 times");
}

TEST(HookNeverRanAssertion, NamesForWhom) {
  EXPECT_EQ(plain(R"({"kind": "hook_never_ran", "hook": "on_test_begin"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "hook_never_ran", "hook": "on_train_end", "callback": "A"})"),
            "on_train_end never for A -> 1 times");
}

TEST(TraceIsAssertion, ShowsTheFirstDifference) {
  const std::string two = R"("train_step[data=0,rows=4]", "train_step[data=1,rows=4]")";
  const std::string steps = R"({"kind": "trace_is", "of": ["train_step"], "events": [)";
  EXPECT_EQ(plain(steps + two + ", " + two + "]}"), "held");
  EXPECT_EQ(plain(R"j({"kind": "trace_is", "of": ["A"], "events": ["A.on_train_begin()"]})j"),
            "event 1: the end -> A.on_epoch_begin(0)");
}

TEST(HooksInOrderAssertion, LooksForOneAfterTheOther) {
  EXPECT_EQ(plain(R"({"kind": "hooks_in_order", "epoch": 0,
                      "hooks": ["A.on_epoch_end", "csv_logger.on_epoch_end"]})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "hooks_in_order", "epoch": 0,
                      "hooks": ["csv_logger.on_epoch_end", "A.on_epoch_end"]})"),
            "csv_logger.on_epoch_end, A.on_epoch_end -> A.on_epoch_end, csv_logger.on_epoch_end");
  EXPECT_EQ(plain(R"({"kind": "hooks_in_order",
                      "hooks": ["B.on_epoch_end", "C.on_epoch_end"]})"),
            "B.on_epoch_end, C.on_epoch_end -> none of them");
}

TEST(HookShareBelowAssertion, CountsStallsAndRealTime) {
  const auto stalled = [](const std::string& assertion) {
    return finding_of(story(R"("when": [{"kind": "hook_stalls", "seconds": 1000,
        "at": {"epoch": 0, "site": "hook.on_epoch_end", "callback": "A"}}], )" +
                            then(assertion)));
  };
  EXPECT_EQ(stalled(R"({"kind": "hook_share_below", "callback": "csv_logger", "share": 0.5})"),
            "held");
  EXPECT_EQ(stalled(R"({"kind": "hook_share_below", "callback": "A", "share": 0.5})"),
            "A takes less than 50 % of the time -> 100 %");
  EXPECT_EQ(stalled(R"({"kind": "hook_share_below", "callback": "B", "share": 0.5})"),
            "B takes less than 50 % of the time -> it has no hook that ran");
}

}  // namespace
}  // namespace trainwreck::testing
