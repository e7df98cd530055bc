// Method: as in assertions_test.cpp, about callbacks whose figures a script decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

// Two processes, of which the first dies in epoch 1; `callback` may have saved something by then.
std::string interrupted_story(const std::string& then, const std::string& callback) {
  return story(R"("runs": [{"do": "fit", "when": [{"kind": "sigkill",
                   "at": {"epoch": 1, "batch": 1, "site": "step.apply"}}]},
                  {"do": "restart"}, {"do": "fit"}], "then": [)" +
                   then + "]",
               callback);
}
constexpr const char* kBackup = R"({"kind": "backup_and_restore", "backup_dir": "backup"})";

TEST(EndsAsUninterruptedAssertion, IsNotMetByTrainingAnew) {
  const std::string same = R"({"kind": "ends_as_uninterrupted"})";
  EXPECT_EQ(finding_of(interrupted_story(same, kBackup)), "held");
  EXPECT_THAT(finding_of(interrupted_story(same, {})), HasSubstr("the last run started over"));
}

TEST(ResumedFromAssertion, SaysWhatWasTakenUpAndWhereThatStood) {
  const auto resumed = [](const std::string& keys) {
    return finding_of(interrupted_story(R"({"kind": "resumed_from")" + keys + "}", kBackup));
  };
  EXPECT_EQ(resumed(""), "held");
  EXPECT_EQ(resumed(R"(, "file": "backup/backup.safetensors", "epoch": 1, "batch": 0, "step": 2)"),
            "held");
  EXPECT_THAT(resumed(R"(, "step": 3)"), HasSubstr("step 3 -> it went on from backup/"));
  EXPECT_THAT(resumed(R"(, "epoch": 0)"), HasSubstr("epoch 0 -> "));
  EXPECT_THAT(resumed(R"(, "batch": 1)"), HasSubstr("batch 1 -> "));
  EXPECT_THAT(resumed(R"(, "file": "other")"), HasSubstr("other -> "));
  EXPECT_THAT(resumed(R"(, "nothing": true)"), HasSubstr("nothing is taken up -> it went on"));
}

TEST(ResumedFromAssertion, TellsAStartFromNothing) {
  const auto anew = [](const std::string& keys) {
    return finding_of(interrupted_story(R"({"kind": "resumed_from")" + keys + "}", {}));
  };
  EXPECT_EQ(anew(R"(, "nothing": true)"), "held");
  EXPECT_EQ(anew(""), "it goes on from what was saved -> it started over: nothing was taken up");
  EXPECT_THAT(
      mistakes_of(interrupted_story(R"({"kind": "resumed_from", "nothing": true, "step": 1})", {})),
      ElementsAre(HasSubstr("a run that started over went on from no file")));
}

TEST(ResumedFromAssertion, IsUnknownOfACallThatDied) {
  const std::string dead =
      R"("when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}],
         "then": [{"kind": "resumed_from", "nothing": true}])";
  EXPECT_THAT(finding_of(story(dead)), HasSubstr("-> unknown: "));
}

TEST(Remarks, SayWhatHeldWouldHide) {
  const std::string completed = R"({"kind": "status", "is": "completed"})";
  EXPECT_THAT(verdict_of(interrupted_story(completed, {})).remarks,
              ElementsAre("started over after restart 1: nothing was taken up"));
  EXPECT_THAT(verdict_of(interrupted_story(completed, kBackup)).remarks, IsEmpty());
  const auto cut = [&](const std::string& resume) {
    return verdict_of(story(R"("power_cut": {"models": ["ext4_ordered"])" + resume +
                                R"(}, "then": [)" + completed + "]",
                            kBackup))
        .remarks;
  };
  EXPECT_THAT(cut(""), ElementsAre(HasSubstr("no second run was tried")));
  EXPECT_THAT(cut(R"(, "resume": true)"), IsEmpty());
}

TEST(ScriptedMetrics, SayWhichValueIsNone) {
  const std::string text =
      story(R"("then": [{"kind": "status", "is": "completed"}])",
            R"({"kind": "scripted_metrics", "values": {"val_loss": [1.0, "none"]}})");
  EXPECT_THAT(mistakes_of(text), ElementsAre(HasSubstr("must be a number, \"nan\"")));
}

}  // namespace
}  // namespace trainwreck::testing
