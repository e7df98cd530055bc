// Method: a run with every callback that remembers or writes fails behind every batch and at every
// epoch's end, and another process takes it up: from backups or from numbered checkpoints, of each
// epoch or of each batch, made by the loop or by a worker, by a saver that comes first or last.
// What it ends with, on the disk too, must be what a run ends with that nobody disturbed.
#include <gtest/gtest.h>

#include "engine/callbacks/backup_and_restore.h"
#include "engine/callbacks/csv_logger.h"
#include "engine/callbacks/early_stopping.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/callbacks/reduce_lr_on_plateau.h"
#include "engine/callbacks/tensor_board.h"
#include "engine/formats/event_file.h"
#include "engine/formats/tfrecord.h"
#include "engine/saving/checkpointing.h"
#include "tests/support/fit_run.h"
#include "tests/support/lazy_executor.h"

namespace trainwreck {
namespace {

using testing::LazyExecutor;
using testing::Process;
using testing::saboteur;
using testing::Saboteur;
using testing::ScriptedWorld;
using testing::SmallSequence;
using testing::watcher;

constexpr std::int64_t kBatches = 3;
constexpr std::int64_t kEpochs = 6;

struct Way {
  enum class By : std::uint8_t { backups, checkpoints };
  By by = By::backups;
  std::optional<std::int64_t> every;  // batches; absent: epochs
  bool first = false;                 // of the callbacks
  SavedBy saved_by = SavedBy::the_loop;
};

std::vector<Way> all_ways() {
  std::vector<Way> ways;
  for (const Way::By by : {Way::By::backups, Way::By::checkpoints}) {
    for (const std::optional<std::int64_t> every : {std::optional<std::int64_t>(), {1}, {2}}) {
      for (const bool first : {true, false}) {
        for (const SavedBy who : {SavedBy::the_loop, SavedBy::a_worker}) {
          ways.push_back({by, every, first, who});
        }
      }
    }
  }
  return ways;
}

CallbackHandle saver(const Way& way) {
  if (way.by == Way::By::backups) {
    return std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{
        .backup_dir = "saved", .save_freq = way.every, .delete_checkpoint = false});
  }
  const std::string name = way.every ? "m-{epoch}-{batch}" : "m-{epoch}";
  return std::make_shared<ModelCheckpoint>(
      ModelCheckpointOptions{.path = "saved/" + name + ".safetensors",
                             .save_freq = way.every,
                             .keep = 2,
                             .resume = Resume::if_any});
}

// Those that remember, by themselves.
std::vector<CallbackHandle> watchers_of_the_loss() {
  EarlyStoppingOptions stopping;
  stopping.monitor.metric = "val_loss";
  stopping.patience = 4;
  stopping.restore_best_weights = true;
  ReduceLROnPlateauOptions plateau;
  plateau.monitor = {.metric = "loss", .min_delta = 0.2};
  plateau.factor = 0.5;
  plateau.patience = 2;
  return {std::make_shared<EarlyStopping>(stopping), std::make_shared<ReduceLROnPlateau>(plateau)};
}

struct End {
  FitResult result;
  std::vector<float> weights;
  std::map<std::string, CallbackState> states;
};

End run(ScriptedWorld& world, const Way& way, const std::shared_ptr<Saboteur>& last) {
  Policy policy = hardened();
  policy.checkpoint.saved_by = way.saved_by;
  if (way.saved_by == SavedBy::a_worker) world.executor = std::make_unique<LazyExecutor>(2);
  const std::vector<CallbackHandle> watching = watchers_of_the_loss();
  std::vector<CallbackHandle> callbacks = watching;
  callbacks.emplace_back(std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "log.csv"}));
  callbacks.emplace_back(std::make_shared<TensorBoard>(
      TensorBoardOptions{.log_dir = "tb", .histogram_freq = 1, .update_freq = 1}));
  callbacks.insert(way.first ? callbacks.begin() : callbacks.end(), saver(way));
  callbacks.emplace_back(last);
  Process process(world, policy);
  process.validation = std::make_shared<SmallSequence>(1);
  FitResult result = process.fit(callbacks, kEpochs);
  return {std::move(result), process.weights(), states_of(watching)};
}

// Without the times.
std::string records_below(const ScriptedWorld& world, const std::string& folder) {
  std::string text;
  for (const auto& [path, bytes] : world.files.contents) {
    if (!path.starts_with(folder)) continue;
    for (const std::string_view payload : read_records(bytes).payloads) {
      TensorBoardEvent event = decode_event(payload);
      event.wall_time = 0.0;
      if (event.file_version.empty()) text += encode_event(event);
    }
  }
  return text;
}

bool any_saved(const ScriptedWorld& world) {
  const auto& files = world.files.contents;
  const auto found = files.lower_bound("saved/");
  return found != files.end() && found->first.starts_with("saved/");
}

bool same(const CallbackState& a, const CallbackState& b) {
  return a.numbers == b.numbers && a.texts == b.texts && a.tensors == b.tensors;
}

// True where there was something to take up.
bool expect_as_undisturbed(const Way& way, const Saboteur::Plan& plan, const ScriptedWorld& quiet,
                           const End& whole) {
  ScriptedWorld world;
  EXPECT_EQ(run(world, way, saboteur(plan)).result.status, Status::failed);
  const bool taken_up = any_saved(world);
  const End end = run(world, way, watcher());
  EXPECT_TRUE(end.result.ok()) << end.result.error->message;
  EXPECT_EQ(end.result.status, whole.result.status);
  EXPECT_EQ(end.weights, whole.weights);
  EXPECT_TRUE(end.result.history == whole.result.history);
  EXPECT_EQ(end.states.size(), whole.states.size());
  for (const auto& [name, state] : whole.states) {
    EXPECT_TRUE(same(end.states.at(name), state)) << name;
  }
  EXPECT_EQ(world.files.contents.at("log.csv"), quiet.files.contents.at("log.csv"));
  if (!taken_up) return false;
  for (const char* folder : {"tb/train", "tb/validation"}) {
    EXPECT_TRUE(records_below(world, folder) == records_below(quiet, folder)) << folder;
  }
  return true;
}

TEST(ResumeEverywhere, EndsAsTheRunThatNobodyDisturbed) {
  ScriptedWorld quiet;
  const End whole = run(quiet, {}, watcher());
  ASSERT_TRUE(whole.result.ok());
  ASSERT_EQ(whole.result.history.epochs().size(), static_cast<std::size_t>(kEpochs));
  int taken_up = 0;
  for (const Way& way : all_ways()) {
    for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
      for (std::int64_t batch = -1; batch < kBatches; ++batch) {
        const Saboteur::Plan plan{.raise_at_epoch = epoch, .raise_at_batch = batch};
        if (expect_as_undisturbed(way, plan, quiet, whole)) ++taken_up;
        ASSERT_FALSE(HasFailure())
            << static_cast<int>(way.by) << " every " << way.every.value_or(0) << " first "
            << way.first << " by " << static_cast<int>(way.saved_by) << ": " << epoch << " "
            << batch;
      }
    }
  }
  EXPECT_GT(taken_up, 500);
}

}  // namespace
}  // namespace trainwreck
