// Method: as in assertions_test.cpp, about callbacks whose figures a script decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kCallbacks = R"(
  {"kind": "scripted_metrics", "values": {"val_loss": [1.0, "nan"], "val_acc": [null, 0.5]}},
  {"kind": "epoch_in_weights"},
  {"kind": "early_stopping", "monitor": "val_loss", "patience": 1, "restore_best_weights": true},
  {"kind": "model_checkpoint", "path": "m-{epoch}.weights.h5", "save_weights_only": true})";

std::string finding(const std::string& assertion) {
  return finding_of(story(R"("then": {"keras": [)" + assertion + "]}", kCallbacks), "keras");
}

std::string table(const std::string& columns, const std::string& rows) {
  return finding(R"({"kind": "table_is", "of": "early_stopping", "columns": [)" + columns +
                 R"(], "rows": [)" + rows + "]}");
}

TEST(TableIsAssertion, ShowsWhatACallbackSavesAtEveryEpochEnd) {
  const std::string columns = R"("epoch", "wait", "best", "stopped_epoch", "stop_training")";
  EXPECT_EQ(table(columns, R"([0, 0, 1.0, 0, false], [1, 1, 1.0, 1, true])"), "held");
  EXPECT_EQ(table(columns, R"([0, 0, 1.0, 0, false], [1, 0, 1.0, 1, true])"), "row 1: wait 0 -> 1");
  EXPECT_EQ(table(columns, R"([0, 0, 1.0, 0, false])"), "1 rows -> 2 rows");
}

TEST(TableIsAssertion, ShowsLogsFilesAndTheOptimizer) {
  EXPECT_EQ(table(R"("logs.val_loss", "logs.val_acc")", R"([1, null], ["nan", 0.5])"), "held");
  EXPECT_EQ(table(R"("iterations", "files")",
                  R"([2, ["log.csv", "m-1.weights.h5"]],
                     [4, ["log.csv", "m-1.weights.h5", "m-2.weights.h5"]])"),
            "held");
  EXPECT_THAT(table(R"("learning_rate")", R"([0.5], [0.5])"), HasSubstr("row 0: learning_rate"));
}

TEST(TableIsAssertion, WantsACellForEachColumn) {
  const std::string text =
      story(R"("then": [{"kind": "table_is", "columns": ["epoch", "files"], "rows": [[0]]}])");
  EXPECT_THAT(mistakes_of(text), ElementsAre(HasSubstr("must have one cell for each of the 2")));
}

TEST(CallbackIsAssertion, ShowsWhatACallbackSavesAfterTheCall) {
  const auto after = [](const std::string& figures) {
    return finding(R"({"kind": "callback_is", "of": "early_stopping", "figures": )" + figures +
                   "}");
  };
  EXPECT_EQ(after(R"({"best": 1.0, "stopped_epoch": 1})"), "held");
  EXPECT_EQ(after(R"({"best": null})"), "best null -> 1");
  EXPECT_EQ(finding(R"({"kind": "callback_is", "of": "csv", "figures": {"wait": 0}})"),
            "csv -> no such callback has anything to say");
}

TEST(EpochInWeights, TellsWhoseWeightsAFileHas) {
  EXPECT_EQ(finding(R"({"kind": "checkpoint_holds", "path": "m-1.weights.h5",
                        "weights_as_of": {"epoch": 0}})"),
            "held");
  EXPECT_THAT(finding(R"({"kind": "checkpoint_holds", "path": "m-1.weights.h5",
                          "weights_as_of": {"epoch": 1}})"),
              HasSubstr("-> weights of no instant"));
}

TEST(EndsAsUninterruptedAssertion, ComparesWithTheStoryThatNothingStrikes) {
  const std::string then = R"("then": [{"kind": "ends_as_uninterrupted"}])";
  const std::string dropped =
      R"("when": [{"kind": "dropped_step", "at": {"epoch": 1, "batch": 1}}], )";
  EXPECT_EQ(finding_of(story(then)), "held");
  EXPECT_THAT(finding_of(story(dropped + then)),
              HasSubstr("the weights and the history of the same story when nothing strikes -> "
                        "other weights: dense/kernel[0, 0] is "));
  const std::string told =
      R"("when": [{"kind": "loss_spike", "at": {"epoch": 1, "batch": 1}, "gradient": false}], )";
  EXPECT_THAT(finding_of(story(told + then)), HasSubstr("-> loss of epoch 1 "));
}

TEST(ScriptedMetrics, SayWhichValueIsNone) {
  const std::string text =
      story(R"("then": [{"kind": "status", "is": "completed"}])",
            R"({"kind": "scripted_metrics", "values": {"val_loss": [1.0, "none"]}})");
  EXPECT_THAT(mistakes_of(text), ElementsAre(HasSubstr("must be a number, \"nan\"")));
}

}  // namespace
}  // namespace trainwreck::testing
