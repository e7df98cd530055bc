#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: each key of an assertion is given a value that is nearly right, with every other key
// right or absent, so that an assertion that ignores the key holds; and lists are given a part of
// what is.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

TEST(AssertionKeys, ListsAreWholeAndInOrder) {
  EXPECT_EQ(plain(R"({"kind": "history_is", "keys": ["mae"]})"), "series mae -> loss");
  EXPECT_EQ(plain(R"({"kind": "history_is", "keys": []})"), "series  -> loss");
  EXPECT_EQ(plain(R"({"kind": "files_are", "paths": []})"), " -> log.csv");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_train_batch_end",
                      "batches": [0, 1, 0, 2]})"),
            "on_train_batch_end for batches [0, 1, 0, 2] -> for batches [0, 1, 0, 1]");
}

TEST(AssertionKeys, ValuesOfAHistoryAreNoPrefix) {
  const auto asked = [](const std::string& values) {
    return finding_of(
        story(R"("when": [{"kind": "loss_spike", "at": {}, "factor": 0, "times": "always"}], )" +
              then(R"({"kind": "history_is", "values": {"loss": )" + values + "}}")));
  };
  EXPECT_EQ(asked("[0, 0]"), "held");
  EXPECT_EQ(asked("[0]"), "loss = [0] -> [0, 0]");
}

TEST(AssertionKeys, LossesAreComparedOneByOne) {
  EXPECT_EQ(finding_of(story(
                R"("when": [{"kind": "loss_spike", "at": {}, "factor": 0, "times": "always"}], )" +
                then(R"({"kind": "losses_are", "values": ["0", "0", "1", "0"]})"))),
            "[0, 0, 1, 0] -> [0, 0, 0, 0]");
}

TEST(AssertionKeys, NumbersOfRowsAreNoBounds) {
  EXPECT_EQ(plain(R"({"kind": "csv_is", "path": "log.csv", "rows": 1})"), "1 rows -> 2 rows");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_epoch_end", "times": 1})"),
            "on_epoch_end 1 times -> 2 times");
}

TEST(AssertionKeys, AMetricIsThatOfItsEpoch) {
  const auto asked = [](int epoch) {
    return finding_of(story(R"("when": [{"kind": "loss_spike", "at": {"epoch": 0}, "factor": 0,
                           "times": "always"}], )" +
                            then(R"({"kind": "metric", "name": "loss", "is": 0, "epoch": )" +
                                 std::to_string(epoch) + "}")));
  };
  EXPECT_EQ(asked(0), "held");
  EXPECT_THAT(asked(1), HasSubstr("loss of epoch 1 = 0 -> "));
}

TEST(AssertionKeys, HooksInOrderLooksIntoItsEpochAlone) {
  const std::string hooks = R"("hooks": ["A.on_epoch_end", "A.on_epoch_begin"]})";
  EXPECT_EQ(plain(R"({"kind": "hooks_in_order", )" + hooks), "held");
  EXPECT_THAT(plain(R"({"kind": "hooks_in_order", "epoch": 0, )" + hooks),
              HasSubstr("A.on_epoch_end, A.on_epoch_begin -> "));
}

TEST(AssertionKeys, AStopIsThatOfItsBatchAndReason) {
  const auto stopped = [](const std::string& rest) {
    return finding_of(story(
        R"("when": [{"kind": "hook_requests_stop", "reason": "enough",
                     "at": {"epoch": 0, "batch": 0, "site": "hook.on_train_batch_end",
                            "callback": "A"}}], )" +
        then(R"({"kind": "stops", )" + rest + "}")));
  };
  const std::string asked = "another demand to stop -> A asked at epoch 0, batch 0: enough";
  EXPECT_EQ(stopped(R"("batch": 0, "epoch": 0, "reason": "nough")"), "held");
  EXPECT_EQ(stopped(R"("batch": 1)"), asked);
  EXPECT_EQ(stopped(R"("epoch": 1)"), asked);
  EXPECT_EQ(stopped(R"("reason": "more")"), asked);
}

TEST(AssertionKeys, WarningsAreCountedAndRead) {
  const auto warned = [](const std::string& rest) {
    const std::string plateau =
        R"({"kind": "reduce_lr_on_plateau", "monitor": "loss", "patience": 1, "verbose": 1})";
    return finding_of(
        story(R"("when": [{"kind": "loss_spike", "at": {}, "factor": 0, "times": "always"}], )" +
                  then(R"({"kind": "warns", "id": "reduce_lr_on_plateau.reduced", )" + rest + "}"),
              plateau + ", " + plateau));
  };
  EXPECT_EQ(warned(R"("times": 2)"), "held");
  EXPECT_THAT(warned(R"("times": 1)"),
              HasSubstr("the warning reduce_lr_on_plateau.reduced 1 times -> 2 times"));
  EXPECT_THAT(warned(R"("says": "no such words")"),
              HasSubstr("the warning reduce_lr_on_plateau.reduced at least once -> 0 times"));
}

TEST(AssertionKeys, TheLatestCheckpointIsNotTheLastByName) {
  const std::string both = R"({"kind": "model_checkpoint", "path": "ckpt/a.safetensors"},
      {"kind": "model_checkpoint", "path": "ckpt/b.safetensors",
       "save_best_only": true, "monitor": "loss", "mode": "max"})";
  EXPECT_EQ(finding_of(story(then(R"({"kind": "latest_is", "path": "ckpt/a.safetensors"})"), both)),
            "held");
}

}  // namespace
}  // namespace trainwreck::testing
