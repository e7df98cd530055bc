// Method: file texts are compared whole; those of the `keras` profile are what real Keras wrote.
#include "engine/callbacks/csv_logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

#include "engine/base/errors.h"
#include "engine/callbacks/backup_and_restore.h"
#include "engine/callbacks/lambda_callback.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kNanValue = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<CsvLogger> logger(bool append = false) {
  return std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "log.csv", .append = append});
}

// Fits with losses of 1 for these epochs and gives the file.
std::string fitted(CallbackScene& stage, const CallbackHandle& callback, std::int64_t epochs,
                   std::int64_t initial_epoch = 0) {
  ScriptedLosses losses({1.0F});
  stage.fit(
      {.epochs = epochs, .initial_epoch = initial_epoch, .callbacks = {callback}, .step = &losses});
  return stage.text("log.csv");
}

TEST(CsvLogger, WritesKerasRowsInBothProfiles) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    EXPECT_EQ(fitted(stage, logger(), 2), "epoch,loss,val_loss\r\n0,1.0,NA\r\n1,1.0,NA\r\n");
    EXPECT_EQ(stage.files.open, 0);
  }
}

TEST(CsvLogger, CountsEpochsFromTheInitialOne) {
  CallbackScene stage(keras());
  EXPECT_EQ(fitted(stage, logger(), 4, 2), "epoch,loss,val_loss\r\n2,1.0,NA\r\n3,1.0,NA\r\n");
}

TEST(CsvLogger, ASecondFitWithoutAppendStartsTheFileAnew) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    const auto csv = logger();
    fitted(stage, csv, 2);
    EXPECT_EQ(fitted(stage, csv, 2), "epoch,loss,val_loss\r\n0,1.0,NA\r\n1,1.0,NA\r\n");
  }
}

TEST(CsvLogger, AppendGoesOnWithoutASecondHeader) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    const auto csv = logger(true);
    fitted(stage, csv, 2);
    EXPECT_EQ(fitted(stage, csv, 2),
              "epoch,loss,val_loss\r\n0,1.0,NA\r\n1,1.0,NA\r\n0,1.0,NA\r\n1,1.0,NA\r\n");
    EXPECT_EQ(stage.files.open, 0);
  }
}

TEST(CsvLogger, KeysOfTheFirstRowMakeTheColumns) {
  const std::vector<ScriptedEpoch> epochs = {
      {.logs = {{"loss", 0.0}, {"early", 1.0}}},
      {.logs = {{"loss", 1.0}, {"late", 1.0}}},
      {.logs = {{"loss", 4.0}, {"late", 2.0}}},
  };
  const std::string text =
      "epoch,early,loss,val_early,val_loss\r\n"
      "0,1.0,0.0,NA,NA\r\n1,NA,1.0,NA,NA\r\n2,NA,4.0,NA,NA\r\n";
  CallbackScene like_keras(keras());
  like_keras.play(logger(), epochs);
  EXPECT_EQ(like_keras.text("log.csv"), text);
  EXPECT_THAT(like_keras.warnings(), IsEmpty());
  CallbackScene stage;
  stage.play(logger(), epochs);
  EXPECT_EQ(stage.text("log.csv"), text);
  EXPECT_THAT(stage.warnings(),
              ElementsAre("csv_logger.lost_value: log.csv has no column for late, "
                          "which came first in epoch 1"));
}

TEST(CsvLogger, NoColumnIsAddedWhereOneIsOfValidation) {
  CallbackScene stage(keras());
  stage.play(logger(), {{.logs = {{"val_loss", 2.0}, {"loss", 1.0}, {"weight_norm", 3.0}}}});
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss,weight_norm\r\n0,1.0,2.0,3.0\r\n");
}

TEST(CsvLogger, AnEmptyEpochIsARowOfNothing) {
  CallbackScene stage(keras());
  stage.play(logger(), {{.logs = {{"loss", 0.5}}}, {}});
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,0.5,NA\r\n1,NA,NA\r\n");
}

TEST(CsvLogger, AnEmptyFirstEpochHidesEveryColumnInKerasAlone) {
  const std::vector<ScriptedEpoch> epochs = {{}, {.logs = {{"loss", 0.5}}}};
  CallbackScene like_keras(keras());
  like_keras.play(logger(), epochs);
  EXPECT_EQ(like_keras.text("log.csv"), "epoch\r\n0\r\n1\r\n");
  CallbackScene stage;
  stage.play(logger(), epochs);
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,NA,NA\r\n1,0.5,NA\r\n");
}

TEST(CsvLogger, NumbersLookAsPythonPrintsThem) {
  CallbackScene stage(keras());
  stage.play(logger(), {{.logs = {{"a", 0.1},
                                  {"b", 1e-5},
                                  {"c", 1e16},
                                  {"d", kNanValue},
                                  {"e", -1.0 / 0.0},
                                  {"f", 0.10000000149011612},
                                  {"g", -0.0},
                                  {"val_a", 123456789012345680.0}}}});
  EXPECT_EQ(stage.text("log.csv"),
            "epoch,a,b,c,d,e,f,g,val_a\r\n"
            "0,0.1,1e-05,1e+16,nan,-inf,0.10000000149011612,-0.0,1.2345678901234568e+17\r\n");
}

TEST(CsvLogger, AnotherSeparatorQuotesWhatHoldsIt) {
  CallbackScene stage(keras());
  const CallbackHandle csv =
      std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "log.csv", .separator = ';'});
  stage.play(csv, {{.logs = {{"a;b", 1.0}, {"val_x,y", 2.0}}}});
  EXPECT_EQ(stage.text("log.csv"), "epoch;\"a;b\";val_x,y\r\n0;1.0;2.0\r\n");
  EXPECT_THROW(CsvLogger({.filename = "log.csv", .separator = '"'}), ValueError);
}

TEST(CsvLogger, EachRowIsOneWriteAndReachesTheDiskInHardened) {
  CallbackScene like_keras(keras());
  fitted(like_keras, logger(), 2);
  EXPECT_THAT(like_keras.files.appends,
              ElementsAre("epoch,loss,val_loss\r\n0,1.0,NA\r\n", "1,1.0,NA\r\n"));
  EXPECT_EQ(like_keras.files.syncs, 0);
  CallbackScene stage;
  fitted(stage, logger(), 2);
  EXPECT_THAT(stage.files.appends,
              ElementsAre("epoch,loss,val_loss\r\n0,1.0,NA\r\n", "1,1.0,NA\r\n"));
  EXPECT_EQ(stage.files.syncs, 2);
}

TEST(CsvLogger, AMissingDirectoryIsMadeInHardenedAlone) {
  const auto csv = std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "runs/a/log.csv"});
  CallbackScene like_keras(keras());
  const FitResult failed = like_keras.fit({.callbacks = {csv}});
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->type, "IoError");
  EXPECT_EQ(failed.error->phase, "on_train_begin");
  EXPECT_EQ(failed.error->message,
            "cannot create runs/a/log.csv: No such file or directory (ENOENT)");
  CallbackScene stage;
  EXPECT_TRUE(stage.fit({.callbacks = {csv}}).ok());
  EXPECT_TRUE(stage.files.exists("runs/a/log.csv"));
}

TEST(CsvLogger, ACrashInTheFirstEpochEmptiesTheOldFileInKerasAlone) {
  CallbackScene like_keras(keras());
  like_keras.files.texts["log.csv"] = "epoch,loss\r\n0,9.0\r\n";
  like_keras.fit({.callbacks = {logger(), raiser(0, 0)}});
  EXPECT_EQ(like_keras.text("log.csv"), "");
  CallbackScene stage;
  stage.files.texts["log.csv"] = "epoch,loss\r\n0,9.0\r\n";
  stage.fit(
      {.callbacks = {lambda_callback({.on_epoch_begin = [](Event&) { throw ValueError("boom"); }}),
                     logger()}});
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss\r\n0,9.0\r\n");
}

TEST(CsvLogger, ACrashLeavesTheFileOpenInKerasAlone) {
  const std::string rows = "epoch,loss,val_loss\r\n0,0.5,NA\r\n1,0.5,NA\r\n";
  for (const auto& [policy, open] : {std::pair(keras(), 1), std::pair(hardened(), 0)}) {
    CallbackScene stage(policy);
    const auto csv = logger();
    ScriptedLosses losses({0.5F});
    const FitResult result =
        stage.fit({.epochs = 4, .callbacks = {csv, raiser(2, 1)}, .step = &losses});
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_EQ(stage.text("log.csv"), rows);
    EXPECT_EQ(stage.files.open, open);
  }
}

TEST(CsvLogger, StatusTableWritesWhatEndedByItselfAndClosesAlways) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    CallbackScene stage;
    stage.play(logger(), {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,1.0,NA\r\n") << name_of(status);
    EXPECT_EQ(stage.files.open, 0);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    CallbackScene stage;
    stage.play(logger(), {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(stage.text("log.csv"), "") << name_of(status);
    EXPECT_EQ(stage.files.open, 0);
  }
}

TEST(CsvLogger, KerasAppendsMisalignedRows) {
  CallbackScene stage(keras());
  const auto csv = logger(true);
  stage.play(csv, {{.logs = {{"loss", 1.0}}}});
  stage.play(csv, {{.logs = {{"loss", 1.0}, {"mae", 2.0}, {"val_loss", 3.0}, {"val_mae", 4.0}}}});
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,1.0,NA\r\n0,1.0,2.0,3.0,4.0\r\n");
}

TEST(CsvLogger, HardenedRefusesToAppendOtherColumns) {
  CallbackScene stage;
  const auto csv = logger(true);
  stage.play(csv, {{.logs = {{"loss", 1.0}}}});
  try {
    stage.play(csv, {{.logs = {{"loss", 1.0}, {"mae", 2.0}}}});
    FAIL() << "nothing was thrown";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(),
                 "csv_logger: log.csv has columns for loss and val_loss, but this run logs loss "
                 "and mae");
  }
  EXPECT_THROW(stage.play(csv, {{.logs = {{"val_loss", 1.0}}}}), ValueError);
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,1.0,NA\r\n");
}

TEST(CsvLogger, HardenedAppendsInTheOrderOfTheFile) {
  CallbackScene stage;
  stage.files.texts["log.csv"] = "epoch,mae,loss,val_loss\n0,1.0,2.0,3.0\n";
  stage.play(logger(true), {{.logs = {{"loss", 5.0}, {"mae", 4.0}}}});
  EXPECT_EQ(stage.text("log.csv"), "epoch,mae,loss,val_loss\n0,1.0,2.0,3.0\n0,4.0,5.0,NA\r\n");
}

TEST(CsvLogger, HardenedDoesNotAppendToWhatIsNoLog) {
  CallbackScene stage;
  stage.files.texts["log.csv"] = "epoch;loss\r\n0;1.0\r\n";
  try {
    stage.play(logger(true), {{.logs = {{"loss", 1.0}}}});
    FAIL() << "nothing was thrown";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(),
                 "csv_logger: log.csv begins with the columns epoch;loss; a log begins with epoch");
  }
}

TEST(CsvLogger, AResumedRunHasEachEpochOnce) {
  for (const bool append : {false, true}) {
    CallbackScene stage;
    stage.files.texts["log.csv"] =
        "epoch,loss,val_loss\r\n0,9.0,NA\r\n1,9.0,NA\r\n2,9.0,NA\r\n3,9.";
    ScriptedLosses losses({1.0F});
    // The restoring comes after the logger's own on_train_begin.
    const FitResult result =
        stage.fit({.epochs = 4, .callbacks = {logger(append), resumer(2)}, .step = &losses});
    EXPECT_EQ(stage.text("log.csv"),
              "epoch,loss,val_loss\r\n0,9.0,NA\r\n1,9.0,NA\r\n2,1.0,NA\r\n3,1.0,NA\r\n");
    EXPECT_THAT(texts_of(result.warnings),
                ElementsAre("csv_logger.torn_row: log.csv ended inside a row, which is dropped: "
                            "3,9."));
    EXPECT_FALSE(stage.files.exists("log.csv.tmp"));
  }
}

TEST(CsvLogger, AResumedRunOverwritesOrRepeatsInKeras) {
  const std::string old_rows = "epoch,loss,val_loss\r\n0,9.0,NA\r\n1,9.0,NA\r\n2,9.0,NA\r\n";
  const std::string new_rows = "2,1.0,NA\r\n3,1.0,NA\r\n";
  for (const bool append : {false, true}) {
    CallbackScene stage(keras());
    stage.files.texts["log.csv"] = old_rows;
    ScriptedLosses losses({1.0F});
    stage.fit({.epochs = 4, .callbacks = {logger(append), resumer(2)}, .step = &losses});
    EXPECT_EQ(stage.text("log.csv"),
              append ? old_rows + new_rows : "epoch,loss,val_loss\r\n" + new_rows);
  }
}

TEST(CsvLogger, GoingOnAtALaterEpochDropsTheRowsOfThatRunAlone) {
  CallbackScene stage;
  stage.files.texts["log.csv"] =
      "epoch,loss,val_loss\r\n0,8.0,NA\r\n1,8.0,NA\r\n0,9.0,NA\r\n1,9.0,NA\r\n";
  EXPECT_EQ(fitted(stage, logger(true), 2, 1),
            "epoch,loss,val_loss\r\n0,8.0,NA\r\n1,8.0,NA\r\n0,9.0,NA\r\n1,1.0,NA\r\n");
}

TEST(CsvLogger, AResumedRunThatHasNothingLeftTouchesNothing) {
  CallbackScene stage;
  stage.files.texts["log.csv"] = "epoch,loss,val_loss\r\n0,9.0,NA\r\n";
  EXPECT_TRUE(stage.fit({.epochs = 1, .callbacks = {logger(), resumer(1)}}).ok());
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,9.0,NA\r\n");
}

TEST(CsvLogger, AFullDiskFailsTheRunUnlessThePolicyContainsIt) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    stage.files.full_at_append = 1;
    const FitResult result = stage.fit({.epochs = 3, .callbacks = {logger()}});
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->type, "IoError");
    EXPECT_EQ(result.error->phase, "on_epoch_end");
    EXPECT_EQ(result.error->callback, "csv_logger");
    EXPECT_EQ(result.error->message, "cannot write log.csv: No space left on device (ENOSPC)");
    EXPECT_EQ(result.error->epoch, 1);
  }
}

TEST(CsvLogger, AContainedFullDiskLosesThatRowAlone) {
  Policy policy = hardened();
  policy.loop.inessential_errors = InessentialErrors::contained;
  CallbackScene stage(policy);
  stage.files.full_at_append = 1;
  ScriptedLosses losses({1.0F});
  const FitResult result = stage.fit({.epochs = 3, .callbacks = {logger()}, .step = &losses});
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(stage.text("log.csv"), "epoch,loss,val_loss\r\n0,1.0,NA\r\n2,1.0,NA\r\n");
  EXPECT_THAT(texts_of(result.warnings),
              ElementsAre("callback.contained: IoError in on_epoch_end of csv_logger is contained: "
                          "cannot write log.csv: No space left on device (ENOSPC)",
                          "csv_logger.torn_row: log.csv ended inside a row, which is dropped: "
                          "1,1.0"));
}

// Method: a run fails behind every batch and at every epoch's end, and is taken up; beside it the
// rows of an older run, which must not be taken for its own.
TEST(CsvLogger, ARunTakenUpAfterACrashLeavesTheFileOfOneThatWentThrough) {
  for (const bool append : {false, true}) {
    const std::string older = append ? "epoch,loss,val_loss\r\n0,9.0,NA\r\n1,9.0,NA\r\n" : "";
    const auto run = [&](CallbackScene& stage, const CallbackHandle& more) {
      const BackupAndRestoreOptions backup{.backup_dir = "backup", .save_freq = 1};
      return stage.fit(
          {.epochs = 3,
           .callbacks = {std::make_shared<BackupAndRestore>(backup), logger(append), more}});
    };
    CallbackScene whole;
    whole.files.texts["log.csv"] = older;
    const FitResult through = run(whole, lambda_callback({}));
    ASSERT_TRUE(through.ok());
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
      for (const std::int64_t batch : {0, 1, -1}) {
        if (epoch == 0 && batch == 0) continue;  // there is no backup yet
        CallbackScene before;
        before.files.texts["log.csv"] = older;
        EXPECT_FALSE(run(before, raises_behind(epoch, batch)).ok());
        CallbackScene after;
        after.files = before.files;
        const FitResult result = run(after, lambda_callback({}));
        EXPECT_TRUE(result.ok());
        EXPECT_EQ(after.text("log.csv"), whole.text("log.csv")) << epoch << " " << batch;
        EXPECT_EQ(result.history, through.history);
      }
    }
  }
}

TEST(CsvLogger, RowsThatADiskLostAreAWarning) {
  const auto run = [](CallbackScene& stage, const CallbackHandle& more) {
    const BackupAndRestoreOptions backup{.backup_dir = "backup"};
    return stage.fit(
        {.epochs = 3, .callbacks = {std::make_shared<BackupAndRestore>(backup), logger(), more}});
  };
  CallbackScene before;
  EXPECT_FALSE(run(before, raises_behind(2, 0)).ok());
  CallbackScene after;
  after.files = before.files;
  after.files.texts["log.csv"] = "epoch,loss,val_loss\r\n0,1.0,NA\r\n";
  const FitResult result = run(after, lambda_callback({}));
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].id, "csv_logger.lost_rows");
  EXPECT_EQ(after.text("log.csv").substr(0, 32), "epoch,loss,val_loss\r\n0,1.0,NA\r\n2");
}

TEST(CsvLogger, ARealFullDiskIsAnIoError) {
  RealWorld world;
  CallbackScene stage;
  const auto csv = std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "/dev/full"});
  for (const Policy& policy : {keras(), hardened()}) {
    const auto data = four_rows();
    const FitResult result =
        Trainer(stage.model, world.seams(), policy).fit(*data, {.callbacks = {csv}});
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->message, "cannot write /dev/full: No space left on device (ENOSPC)");
  }
}

TEST(CsvLogger, IsBuiltFromJson) {
  CallbackScene stage(keras());
  const CallbackHandle csv = callback_from(
      R"({"kind": "csv_logger", "filename": "log.csv", "separator": "\t", "append": true})");
  ASSERT_TRUE(csv);
  stage.files.texts["log.csv"] = "epoch\tloss\tval_loss\r\n";
  stage.play(csv, {{.logs = {{"loss", 1.0}}}});
  EXPECT_EQ(stage.text("log.csv"), "epoch\tloss\tval_loss\r\n0\t1.0\tNA\r\n");

  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "csv_logger", "separator": ", "})", &wrong));
  EXPECT_EQ(wrong,
            "/filename is missing\n"
            "/separator must be one character, no quote and no line end, got \", \"\n");
}

}  // namespace
}  // namespace trainwreck
