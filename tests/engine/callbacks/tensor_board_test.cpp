// Method: the files are read back, record by record; the first record and a scalar's are compared
// with the bytes that TensorBoard's own writer makes.
#include "engine/callbacks/tensor_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

#include "engine/base/errors.h"
#include "engine/callbacks/backup_and_restore.h"
#include "engine/callbacks/lambda_callback.h"
#include "engine/formats/event_file.h"
#include "engine/formats/tfrecord.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kTrain = "logs/train/events.out.tfevents.1600000000.trainwreck.0.";
// Of the second and the third run that start in one second.
const std::string kSecond = "logs/train/events.out.tfevents.1600000000.trainwreck.1.";
const std::string kThird = "logs/train/events.out.tfevents.1600000000.trainwreck.2.";
const std::string kValidation = "logs/validation/events.out.tfevents.1600000000.trainwreck.0.";

std::shared_ptr<TensorBoard> board(TensorBoardOptions options = {}) {
  return std::make_shared<TensorBoard>(std::move(options));
}

std::vector<TensorBoardEvent> events_in(const std::string& bytes) {
  const Records records = read_records(bytes);
  EXPECT_EQ(records.tail, RecordTail::clean);
  std::vector<TensorBoardEvent> events;
  for (const std::string_view payload : records.payloads) events.push_back(decode_event(payload));
  return events;
}

// "step: tag=value tag=value", one text per event after the first.
std::vector<std::string> scalars_in(const std::string& bytes) {
  std::vector<std::string> lines;
  for (const TensorBoardEvent& event : events_in(bytes)) {
    if (!event.file_version.empty()) continue;
    std::string line = std::to_string(event.step) + ":";
    for (const SummaryValue& value : event.values) {
      line += " " + value.tag;
      if (value.scalar) {
        std::string number = std::to_string(*value.scalar);
        line += "=" + number.substr(0, number.size() - 2);
      }
    }
    lines.push_back(line);
  }
  return lines;
}

std::string unhexed(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(TensorBoard, WritesTheScalarsOfEachEpoch) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    stage.play(board(), {{.logs = {{"loss", 1.0}, {"mae", 0.5}, {"val_loss", 2.0}}},
                         {.logs = {{"loss", 0.5}, {"mae", 0.25}, {"val_loss", 1.0}}}});
    EXPECT_THAT(scalars_in(stage.text(kTrain + "0")),
                ElementsAre("0: epoch_loss=1.0000 epoch_mae=0.5000 epoch_learning_rate=0.0100",
                            "1: epoch_loss=0.5000 epoch_mae=0.2500 epoch_learning_rate=0.0100"));
    EXPECT_THAT(scalars_in(stage.text(kValidation + "0")),
                ElementsAre("0: epoch_loss=2.0000", "1: epoch_loss=1.0000"));
    EXPECT_EQ(stage.files.open, 0);
  }
}

TEST(TensorBoard, WritesTheBytesThatTensorBoardWouldWrite) {
  CallbackScene stage;
  ScriptedLosses losses({0.25F});
  stage.fit({.steps_per_epoch = 1,
             .validation = four_rows(),
             .validation_steps = 1,
             .callbacks = {board()},
             .step = &losses});
  // file_version at the clock's time: as in the golden record but for the time.
  const std::string& first = stage.files.appends.at(0);
  EXPECT_EQ(first.size(), 40U);
  EXPECT_EQ(first.substr(8, 5), unhexed("a37f4b2209"));
  EXPECT_EQ(first.substr(21, 15), unhexed("1a0d627261696e2e4576656e743a32"));

  // A scalar "loss" of 0.25 at step 7 makes the golden record.
  std::string record;
  append_record(record,
                encode_event({.wall_time = stage.clock.unix_seconds(),
                              .step = 7,
                              .file_version = {},
                              .values = {{.tag = "loss", .scalar = 0.25F, .histogram = {}}}}));
  EXPECT_EQ(record, unhexed("1a00000000000000129bd82d090000000084d7d74110072a0d0a0b0a046c6f737315"
                            "0000803e5920ebcd"));
}

TEST(TensorBoard, EachMomentIsOneAppendOfOneRecord) {
  CallbackScene stage;
  stage.play(board(), {{.logs = {{"loss", 1.0}, {"val_loss", 2.0}}}, {.logs = {{"loss", 1.0}}}});
  EXPECT_EQ(stage.files.appends.size(), 5U);  // two headers, two of epoch 0, one of epoch 1
  for (const std::string& append : stage.files.appends) {
    const Records records = read_records(append);
    EXPECT_EQ(records.payloads.size(), 1U);
    EXPECT_EQ(records.tail, RecordTail::clean);
  }
}

TEST(TensorBoard, EpochsReachTheDiskInHardened) {
  CallbackScene like_keras(keras());
  like_keras.play(board(), {{.logs = {{"loss", 1.0}}}});
  EXPECT_EQ(like_keras.files.syncs, 0);
  CallbackScene stage;
  stage.play(board(), {{.logs = {{"loss", 1.0}}}, {.logs = {{"loss", 1.0}}}});
  EXPECT_EQ(stage.files.syncs, 2);
}

TEST(TensorBoard, EvaluationsAreWrittenOverTheOptimizersIterations) {
  CallbackScene stage;
  stage.fit({.epochs = 2, .validation = four_rows(), .callbacks = {board()}});
  const auto events = events_in(stage.text(kValidation + "0"));
  std::vector<std::string> lines;
  for (const TensorBoardEvent& event : events) {
    if (!event.values.empty()) {
      lines.push_back(std::to_string(event.step) + " " + event.values.at(0).tag);
    }
  }
  EXPECT_THAT(lines, ElementsAre("2 evaluation_loss_vs_iterations", "0 epoch_loss",
                                 "4 evaluation_loss_vs_iterations", "1 epoch_loss"));
}

TEST(TensorBoard, ANewRunGetsNewFiles) {
  CallbackScene stage;
  const auto tensor_board = board();
  stage.play(tensor_board, {{.logs = {{"loss", 1.0}}}});
  const std::string first = stage.text(kTrain + "0");
  stage.play(tensor_board, {{.logs = {{"loss", 0.5}}}});
  stage.play(board(), {{.logs = {{"loss", 0.25}}}});
  EXPECT_EQ(stage.text(kTrain + "0"), first);
  EXPECT_THAT(scalars_in(stage.text(kSecond + "0")),
              ElementsAre("0: epoch_loss=0.5000 epoch_learning_rate=0.0100"));
  EXPECT_THAT(scalars_in(stage.text(kThird + "0")),
              ElementsAre("0: epoch_loss=0.2500 epoch_learning_rate=0.0100"));
}

// What TensorBoard finds in a directory: "step: tag=value tag=value" of all files, in their order.
std::vector<std::string> all_scalars(CallbackScene& stage, const std::string& directory) {
  std::vector<std::string> all;
  for (const auto& [path, text] : stage.files.texts) {
    if (!path.starts_with(directory)) continue;
    for (std::string& line : scalars_in(text)) all.push_back(std::move(line));
  }
  return all;
}

FitResult backed_up(CallbackScene& stage, const CallbackHandle& more,
                    std::optional<std::int64_t> update_freq = 1) {
  const BackupAndRestoreOptions backup{.backup_dir = "backup", .save_freq = 1};
  return stage.fit({.epochs = 3,
                    .validation = four_rows(),
                    .callbacks = {board({.histogram_freq = 1, .update_freq = update_freq}),
                                  std::make_shared<BackupAndRestore>(backup), more}});
}

void expect_each_record_once(std::optional<std::int64_t> update_freq, std::int64_t epoch,
                             std::int64_t batch) {
  CallbackScene whole;
  ASSERT_TRUE(backed_up(whole, lambda_callback({}), update_freq).ok());
  CallbackScene first;
  EXPECT_FALSE(backed_up(first, raises_behind(epoch, batch), update_freq).ok());
  CallbackScene second;  // dies before a backup of its own
  second.files = first.files;
  EXPECT_FALSE(backed_up(second, raises_behind(epoch, batch), update_freq).ok());
  CallbackScene third;
  third.files = second.files;
  EXPECT_TRUE(backed_up(third, lambda_callback({}), update_freq).ok());
  for (const char* directory : {"logs/train", "logs/validation"}) {
    EXPECT_EQ(all_scalars(third, directory), all_scalars(whole, directory))
        << epoch << " " << batch;
  }
}

TEST(TensorBoard, ARunTakenUpHasEachRecordOnce) {
  for (const std::optional<std::int64_t> update_freq : {std::optional<std::int64_t>(), {1}}) {
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
      for (const std::int64_t batch : {0, 1, -1}) {
        if (epoch == 0 && batch == 0) continue;  // there is no backup yet
        expect_each_record_once(update_freq, epoch, batch);
      }
    }
  }
}

TEST(TensorBoard, ARunTakenUpRepeatsRecordsWhereNobodyTakesThemBack) {
  Policy policy = hardened();
  policy.logging.event_restart = EventRestart::adds_to_what_is_there;
  CallbackScene first(policy);
  backed_up(first, raises_behind(1, -1));
  CallbackScene second(policy);
  second.files = first.files;
  ASSERT_TRUE(backed_up(second, lambda_callback({})).ok());
  CallbackScene whole;
  backed_up(whole, lambda_callback({}));
  EXPECT_GT(all_scalars(second, "logs/train").size(), all_scalars(whole, "logs/train").size());
}

TEST(TensorBoard, FilesOfOtherRunsAreLeftAlone) {
  CallbackScene stage;
  stage.files.texts[kTrain + "0"] = "another run";
  stage.files.texts[kTrain + "1"] = "and its second file";
  backed_up(stage, raises_behind(1, -1));
  CallbackScene next;
  next.files = stage.files;
  ASSERT_TRUE(backed_up(next, lambda_callback({})).ok());
  EXPECT_EQ(next.text(kTrain + "0"), "another run");
  EXPECT_EQ(next.text(kTrain + "1"), "and its second file");
  EXPECT_EQ(all_scalars(next, kSecond).size(), 12U);  // three epochs, six batches, three histograms
}

// Of a process that opened two, and died before it saved a state of its own.
TEST(TensorBoard, FilesThatNoStateKnowsOfAreRemoved) {
  CallbackScene first;
  backed_up(first, raises_behind(1, -1));
  CallbackScene second;
  second.files = first.files;
  second.files.texts[kTrain + "1"] = first.text(kTrain + "0");
  second.files.texts[kTrain + "2"] = first.text(kTrain + "0");
  ASSERT_TRUE(backed_up(second, lambda_callback({})).ok());
  EXPECT_FALSE(second.files.exists(kTrain + "2"));
  CallbackScene whole;
  backed_up(whole, lambda_callback({}));
  EXPECT_EQ(all_scalars(second, "logs/train"), all_scalars(whole, "logs/train"));
}

TEST(TensorBoard, RecordsThatADiskLostAreAWarning) {
  CallbackScene first;
  backed_up(first, raises_behind(1, -1));
  CallbackScene second;
  second.files = first.files;
  std::string& text = second.files.texts.at(kTrain + "0");
  text.resize(text.size() / 2);
  const FitResult result = backed_up(second, lambda_callback({}));
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].id, "tensor_board.lost_records");
  EXPECT_EQ(read_records(second.text(kTrain + "0")).tail, RecordTail::clean);
  CallbackScene third;
  third.files = first.files;
  third.files.texts.erase(kTrain + "0");
  EXPECT_EQ(backed_up(third, lambda_callback({})).warnings.size(), 1U);
  EXPECT_FALSE(third.files.exists(kTrain + "0"));
  EXPECT_TRUE(third.files.exists(kTrain + "1"));
}

TEST(TensorBoard, NothingComesBehindATornRecord) {
  Policy policy = hardened();
  policy.loop.inessential_errors = InessentialErrors::contained;
  CallbackScene stage(policy);
  stage.files.full_at_append = 2;
  stage.play(board(),
             {{.logs = {{"loss", 1.0}}}, {.logs = {{"loss", 2.0}}}, {.logs = {{"loss", 3.0}}}});
  const Records torn = read_records(stage.text(kTrain + "0"));
  EXPECT_EQ(torn.tail, RecordTail::torn);
  EXPECT_EQ(torn.payloads.size(), 2U);
  EXPECT_THAT(scalars_in(stage.text(kTrain + "1")),
              ElementsAre("2: epoch_loss=3.0000 epoch_learning_rate=0.0100"));
  EXPECT_EQ(stage.files.open, 0);
}

TEST(TensorBoard, AFullDiskFailsTheRun) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    stage.files.full_at_append = 0;
    const FitResult result = stage.fit({.epochs = 2, .callbacks = {board()}});
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->type, "IoError");
    EXPECT_EQ(result.error->callback, "tensor_board");
    EXPECT_EQ(result.error->message,
              "cannot write " + kTrain + "0: No space left on device (ENOSPC)");
  }
}

TEST(TensorBoard, HistogramsOfEveryParameterComeAtTheirFrequency) {
  CallbackScene stage;
  stage.fit({.epochs = 3, .callbacks = {board({.histogram_freq = 2})}});
  std::vector<std::string> lines;
  for (const TensorBoardEvent& event : events_in(stage.text(kTrain + "0"))) {
    for (const SummaryValue& value : event.values) {
      if (!value.histogram) continue;
      lines.push_back(std::to_string(event.step) + " " + value.tag);
      EXPECT_EQ(value.histogram->count, 1.0);
    }
  }
  EXPECT_THAT(lines, ElementsAre("0 dense/kernel/histogram", "0 dense/bias/histogram",
                                 "2 dense/kernel/histogram", "2 dense/bias/histogram"));
  const auto kernel = stage.model.parameters().values()[0];
  const auto last = events_in(stage.text(kTrain + "0")).back();
  EXPECT_EQ(last.values.at(0).histogram->max, static_cast<double>(kernel));
}

TEST(TensorBoard, BatchesAreWrittenOnlyWhenAskedFor) {
  CallbackScene stage;
  ScriptedLosses losses({1.0F, 3.0F});
  stage.fit({.callbacks = {board()}, .step = &losses});
  EXPECT_THAT(scalars_in(stage.text(kTrain + "0")),
              ElementsAre("0: epoch_loss=2.0000 epoch_learning_rate=0.0100"));
}

TEST(TensorBoard, EveryNthBatchCountsOverTheModelsLifeInHardened) {
  CallbackScene stage;
  const auto tensor_board = board({.update_freq = 3});
  stage.fit({.epochs = 2, .callbacks = {tensor_board}});
  stage.fit({.epochs = 2, .callbacks = {tensor_board}});
  const auto batch_steps = [&stage](const std::string& path) {
    std::vector<std::int64_t> steps;
    for (const TensorBoardEvent& event : events_in(stage.text(path))) {
      if (!event.values.empty() && event.values[0].tag == "batch_loss") steps.push_back(event.step);
    }
    return steps;
  };
  EXPECT_THAT(batch_steps(kTrain + "0"), ElementsAre(3));
  EXPECT_THAT(batch_steps(kSecond + "0"), ElementsAre(6));
}

TEST(TensorBoard, EveryBatchIsWrittenWhateverTheFrequencyInKeras) {
  CallbackScene stage(keras());
  const auto tensor_board = board({.update_freq = 3});
  ScriptedLosses losses({1.0F, 3.0F, 1.0F, 3.0F});
  for (const std::string& run : {kTrain, kSecond}) {
    stage.fit({.epochs = 1, .callbacks = {tensor_board}, .step = &losses});
    const auto lines = scalars_in(stage.text(run + "0"));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].substr(0, 13), "1: batch_loss");
    EXPECT_EQ(lines[1].substr(0, 13), "2: batch_loss");
  }
}

TEST(TensorBoard, KerasDecidesAnEvaluationByTheBatchesBefore) {
  const auto evaluations = [](const Policy& policy) {
    CallbackScene stage(policy);
    stage.fit({.epochs = 4, .validation = four_rows(), .callbacks = {board({.update_freq = 3})}});
    std::vector<std::int64_t> steps;
    for (const TensorBoardEvent& event : events_in(stage.text(kValidation + "0"))) {
      if (!event.values.empty() && event.values[0].tag == "evaluation_loss_vs_iterations") {
        steps.push_back(event.step);
      }
    }
    return steps;
  };
  // Test batches before each evaluation: 0, 2, 4, 6.
  EXPECT_THAT(evaluations(keras()), ElementsAre(2, 8));
  EXPECT_THAT(evaluations(hardened()), ElementsAre(2, 4, 6, 8));
}

TEST(TensorBoard, WritesTheSpeedWhenAskedFor) {
  CallbackScene stage;
  stage.clock.step = 250ms;
  ScriptedLosses losses({1.0F});
  stage.fit(
      {.callbacks = {board({.write_steps_per_second = true, .update_freq = 1})}, .step = &losses});
  std::vector<std::pair<std::string, float>> speeds;
  for (const TensorBoardEvent& event : events_in(stage.text(kTrain + "0"))) {
    for (const SummaryValue& value : event.values) {
      if (value.tag.find("steps_per_second") != std::string::npos) {
        speeds.emplace_back(value.tag, *value.scalar);
      }
    }
  }
  ASSERT_EQ(speeds.size(), 3U);
  EXPECT_EQ(speeds[0], std::pair(std::string("batch_steps_per_second"), 4.0F));
  EXPECT_EQ(speeds[2].first, "epoch_steps_per_second");
}

TEST(TensorBoard, ALearningRateInTheLogsKeepsItsPlaceButNotItsValue) {
  CallbackScene stage;
  stage.play(board(), {{.logs = {{"learning_rate", 9.0}, {"loss", 1.0}}}});
  EXPECT_THAT(scalars_in(stage.text(kTrain + "0")),
              ElementsAre("0: epoch_learning_rate=0.0100 epoch_loss=1.0000"));
}

TEST(TensorBoard, NumbersThatAreNotFiniteAreWritten) {
  CallbackScene stage;
  stage.play(board(), {{.logs = {{"loss", std::numeric_limits<double>::infinity()}}}});
  const auto events = events_in(stage.text(kTrain + "0"));
  EXPECT_EQ(events.at(1).values.at(0).scalar, std::numeric_limits<float>::infinity());
}

TEST(TensorBoard, StatusTableWritesWhatEndedByItselfAndClosesAlways) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    CallbackScene stage;
    stage.play(board(), {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(scalars_in(stage.text(kTrain + "0")).size(), 1U) << name_of(status);
    EXPECT_EQ(stage.files.open, 0);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    CallbackScene stage;
    stage.play(board({.histogram_freq = 1}), {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_THAT(scalars_in(stage.text(kTrain + "0")), IsEmpty()) << name_of(status);
    stage.play(board(), {{.logs = {{"loss", 1.0}}}, {.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(scalars_in(stage.text(kSecond + "0")).size(), 1U) << name_of(status);
    EXPECT_EQ(stage.files.syncs, 3) << "each end of an epoch flushes";
    EXPECT_EQ(stage.files.open, 0);
  }
}

TEST(TensorBoard, ACrashLeavesTheFilesOpenInKerasAlone) {
  for (const auto& [policy, open] : {std::pair(keras(), 1), std::pair(hardened(), 0)}) {
    CallbackScene stage(policy);
    const auto tensor_board = board();
    stage.fit({.epochs = 3, .callbacks = {tensor_board, raiser(1, 0)}});
    EXPECT_EQ(scalars_in(stage.text(kTrain + "0")).size(), 1U);
    EXPECT_EQ(stage.files.open, open);
  }
}

TEST(TensorBoard, IsBuiltFromJson) {
  const auto steps_with = [](const std::string& frequency) {
    CallbackScene stage(keras());
    const CallbackHandle callback = callback_from(
        R"({"kind": "tensor_board", "log_dir": "x", "update_freq": )" + frequency + "}");
    EXPECT_TRUE(callback);
    stage.fit({.callbacks = {callback}});
    return scalars_in(stage.text("x" + kTrain.substr(4) + "0")).size();
  };
  EXPECT_EQ(steps_with(R"("epoch")"), 1U);
  EXPECT_EQ(steps_with(R"("batch")"), 3U);
  EXPECT_EQ(steps_with("2"), 3U);
  std::string wrong;
  callback_from(R"({"kind": "tensor_board", "update_freq": "bach", "histogram_freq": -1})", &wrong);
  callback_from(R"({"kind": "tensor_board", "update_freq": 0})", &wrong);
  EXPECT_EQ(wrong,
            "/histogram_freq must be at least 0, got -1\n"
            "/update_freq \"bach\" is unknown; did you mean \"batch\"?\n"
            "/update_freq must be at least 1, got 0\n");
  EXPECT_THROW(TensorBoard({.update_freq = 0}), ValueError);
}

}  // namespace
}  // namespace trainwreck
