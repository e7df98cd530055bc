// Method: real fits in a world whose disk outlives the processes. A run that was cut short and
// taken up again is laid beside one that nobody disturbed. Numbers of the `keras` policy are those
// of real Keras 3.15.1.
#include "engine/callbacks/backup_and_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/base/errors.h"
#include "engine/callbacks/early_stopping.h"
#include "engine/callbacks/learning_rate_scheduler.h"
#include "engine/callbacks/reduce_lr_on_plateau.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/fit_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Process;
using testing::saboteur;
using testing::Saboteur;
using testing::ScriptedRun;
using testing::ScriptedWorld;
using testing::SmallSequence;
using testing::watcher;

std::shared_ptr<BackupAndRestore> backup(BackupAndRestoreOptions options = {}) {
  options.backup_dir = "bk";
  return std::make_shared<BackupAndRestore>(std::move(options));
}

// The callbacks of a real run, all with a memory.
std::vector<CallbackHandle> with_memory(BackupAndRestoreOptions options, bool backup_first,
                                        const std::shared_ptr<Saboteur>& last) {
  std::vector<CallbackHandle> callbacks;
  EarlyStoppingOptions stopping;
  stopping.monitor.metric = "loss";
  stopping.patience = 3;
  stopping.restore_best_weights = true;
  ReduceLROnPlateauOptions plateau;
  plateau.monitor = {.metric = "loss", .min_delta = 0.05};
  plateau.factor = 0.5;
  plateau.patience = 2;
  callbacks.emplace_back(std::make_shared<EarlyStopping>(stopping));
  callbacks.emplace_back(std::make_shared<ReduceLROnPlateau>(plateau));
  callbacks.insert(backup_first ? callbacks.begin() : callbacks.end(), backup(options));
  callbacks.emplace_back(last);
  return callbacks;
}

// Method: fails after every single batch in turn. Whatever the backup's frequency and place in the
// list, the run that takes over ends with the same bits, the same history and the same stop.
TEST(BackupAndRestore, ResumedRunEqualsTheUninterruptedOneBitForBit) {
  ScriptedWorld quiet;
  Process reference(quiet, hardened());
  const FitResult whole = reference.fit(with_memory({}, true, watcher()), 12);
  ASSERT_TRUE(whole.ok());
  int crashes = 0;
  for (const std::optional<std::int64_t> freq : {std::optional<std::int64_t>(), {1}, {2}, {3}}) {
    for (const bool first : {true, false}) {
      for (std::int64_t step = 0; step < 3 * 5; ++step) {
        ScriptedWorld world;
        BackupAndRestoreOptions options;
        options.save_freq = freq;
        Process victim(world, hardened());
        const FitResult crash = victim.fit(
            with_memory(options, first,
                        saboteur({.raise_at_epoch = step / 3, .raise_at_batch = step % 3})),
            12);
        ASSERT_EQ(crash.status, Status::failed);
        Process successor(world, hardened());
        const FitResult resumed = successor.fit(with_memory(options, first, watcher()), 12);
        ASSERT_TRUE(resumed.ok()) << text_of(*resumed.error);
        EXPECT_EQ(successor.weights(), reference.weights()) << step << " " << first;
        EXPECT_TRUE(resumed.history == whole.history) << step << " " << first;
        EXPECT_EQ(resumed.status, whole.status);
        ++crashes;
      }
    }
  }
  EXPECT_EQ(crashes, 4 * 2 * 15);
}

TEST(BackupAndRestore, GoesOnWithTheVeryNextBatch) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.save_freq = 2;
  Process(world, hardened())
      .fit({backup(options), saboteur({.raise_at_epoch = 1, .raise_at_batch = 2})}, 3);
  const auto second = watcher();
  Process(world, hardened()).fit({backup(options), second}, 3).rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 1 1 2", "epoch 2 0 1 2"));
}

TEST(BackupAndRestore, BackupAfterTheLastBatchOfAnEpochGoesOnWithItsEnd) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.save_freq = 3;
  Process(world, hardened()).fit({backup(options), saboteur({.raise_at_epoch = 1})}, 3);
  const auto second = watcher();
  const FitResult result = Process(world, hardened()).fit({backup(options), second}, 3);
  result.rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 1", "epoch 2 0 1 2"));
  EXPECT_THAT(result.history.epochs(), ElementsAre(0, 1, 2));
}

// U3.
TEST(BackupAndRestore, CrashRightAfterTheResumeChangesNothing) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.save_freq = 2;
  Process(world, hardened())
      .fit({backup(options), saboteur({.raise_at_epoch = 1, .raise_at_batch = 0})}, 3);
  Process(world, hardened())
      .fit({backup(options), saboteur({.raise_at_epoch = 0, .raise_at_batch = 2})}, 3);
  const auto third = watcher();
  Process process(world, hardened());
  process.fit({backup(options), third}, 3).rethrow();
  ScriptedWorld quiet;
  Process reference(quiet, hardened());
  reference.fit({}, 3).rethrow();
  EXPECT_EQ(process.weights(), reference.weights());
  EXPECT_THAT(third->batches, ElementsAre("epoch 0 2", "epoch 1 0 1 2", "epoch 2 0 1 2"));
}

TEST(BackupAndRestore, EpochThatAStopCutGoesOnWhereItWasCut) {
  ScriptedWorld world;
  const FitResult cut = Process(world, hardened())
                            .fit({backup(), saboteur({.stop_at_epoch = 1, .stop_at_batch = 1})}, 3);
  EXPECT_EQ(cut.status, Status::stopped);
  const auto second = watcher();
  Process process(world, hardened());
  const FitResult resumed = process.fit({backup(), second}, 3);
  resumed.rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 1 2", "epoch 2 0 1 2"));
  ScriptedWorld quiet;
  Process reference(quiet, hardened());
  const FitResult whole = reference.fit({}, 3);
  EXPECT_EQ(process.weights(), reference.weights());
  EXPECT_TRUE(resumed.history == whole.history);
}

TEST(BackupAndRestore, CutEpochCountsAsDoneInKeras) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.delete_checkpoint = false;
  Process(world, keras())
      .fit({backup(options), saboteur({.stop_at_epoch = 1, .stop_at_batch = 0})}, 4);
  EXPECT_EQ(world.files.contents["bk/training_metadata.json"], R"({"epoch": 2, "batch": 0})");
  const auto second = watcher();
  Process(world, keras()).fit({backup(options), second}, 4).rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 2 0 1 2", "epoch 3 0 1 2"));
}

// U4.
TEST(BackupAndRestore, ResumeOfAFinishedRunDoesNothing) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    BackupAndRestoreOptions options;
    options.delete_checkpoint = false;
    const Policy policy = strict ? hardened() : keras();
    Process first(world, policy);
    first.fit({backup(options)}, 2).rethrow();
    const auto second = watcher();
    Process process(world, policy);
    const FitResult result = process.fit({backup(options), second}, 2);
    EXPECT_EQ(result.status, Status::completed);
    EXPECT_THAT(second->batches, IsEmpty());
    EXPECT_EQ(process.weights(), first.weights());
  }
}

TEST(BackupAndRestore, KerasRestartsTheEpochWithTheWeightsOfItsMiddle) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.save_freq = 2;
  Process(world, keras())
      .fit({backup(options), saboteur({.raise_at_epoch = 1, .raise_at_batch = 2})}, 3);
  EXPECT_EQ(world.files.contents["bk/training_metadata.json"], R"({"epoch": 1, "batch": 2})");
  const auto second = watcher();
  Process process(world, keras());
  process.fit({backup(options), second}, 3).rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 1 0 1 2", "epoch 2 0 1 2"));
  EXPECT_EQ(process.model->optimizer().iterations(), 6 + 6);
}

TEST(BackupAndRestore, KerasForgetsWhatOtherCallbacksKnew) {
  ScriptedWorld world;
  EarlyStoppingOptions options;
  options.monitor.metric = "loss";
  options.patience = 100;
  Process(world, keras())
      .fit({std::make_shared<EarlyStopping>(options), backup(),
            saboteur({.raise_at_epoch = 3, .raise_at_batch = 0})},
           4);
  const auto stopping = std::make_shared<EarlyStopping>(options);
  const FitResult result = Process(world, keras()).fit({stopping, backup()}, 4);
  EXPECT_EQ(stopping->best_epoch(), 3);
  EXPECT_THAT(result.history.epochs(), ElementsAre(3));
}

TEST(BackupAndRestore, PlaceInTheListDecidesInKerasWhetherAnEpochIsRepeated) {
  for (const bool backup_first : {true, false}) {
    ScriptedWorld world;
    std::vector<CallbackHandle> callbacks{saboteur({.raise_at_epoch = 1})};
    callbacks.insert(backup_first ? callbacks.begin() : callbacks.end(), backup());
    Process(world, keras()).fit(callbacks, 4);
    EXPECT_EQ(world.files.contents["bk/training_metadata.json"],
              backup_first ? R"({"epoch": 2, "batch": 0})" : R"({"epoch": 1, "batch": 0})");
  }
}

TEST(BackupAndRestore, EpochThatAnyCallbackFailedIsNotBackedUpInHardened) {
  for (const bool backup_first : {true, false}) {
    ScriptedWorld world;
    std::vector<CallbackHandle> callbacks{saboteur({.raise_at_epoch = 1})};
    callbacks.insert(backup_first ? callbacks.begin() : callbacks.end(), backup());
    Process(world, hardened()).fit(callbacks, 4);
    EXPECT_EQ(load_checkpoint(world.files, "bk/backup.safetensors").run->position.epoch, 1);
  }
}

// C8.
// U5.
TEST(BackupAndRestore, BackupOfAnotherRunIsRefused) {
  ScriptedWorld world;
  Process(world, hardened()).fit({backup(), saboteur({.raise_at_epoch = 1})}, 3);
  Process process(world, hardened());
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  Model other(std::move(layers), 8);
  optimizers::SgdOptions sgd;
  sgd.momentum = 0.9F;
  other.compile(optimizers::make_sgd(std::move(sgd)), losses::make_mse(), {});
  Trainer trainer(other, world.seams());
  SmallSequence data(3);
  FitOptions options;
  options.epochs = 3;
  options.callbacks = {backup()};
  const FitResult result = trainer.fit(data, options);
  EXPECT_EQ(result.error->message,
            "BackupAndRestore: the checkpoint is of another run; its seed is 7, this run's is 8");
}

TEST(BackupAndRestore, OverridesInitialEpoch) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    const Policy policy = strict ? hardened() : keras();
    Process(world, policy).fit({backup(), saboteur({.raise_at_epoch = 2, .raise_at_batch = 0})}, 4);
    const auto second = watcher();
    Process(world, policy).fit({backup(), second}, 4, 1).rethrow();
    EXPECT_THAT(second->batches, ElementsAre("epoch 2 0 1 2", "epoch 3 0 1 2"));
  }
}

TEST(BackupAndRestore, RestoredEpochSticksToTheModelInKerasAlone) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    const Policy policy = strict ? hardened() : keras();
    Process(world, policy).fit({backup(), saboteur({.raise_at_epoch = 2})}, 4);
    Process process(world, policy);
    process.fit({backup()}, 4).rethrow();
    const auto later = watcher();
    process.fit({later}, 4).rethrow();
    EXPECT_EQ(later->batches.size(), strict ? 4U : 1U);
  }
}

TEST(BackupAndRestore, CallbackThatTheNewRunLacksIsAWarning) {
  ScriptedWorld world;
  EarlyStoppingOptions options;
  options.monitor.metric = "loss";
  Process(world, hardened())
      .fit({std::make_shared<EarlyStopping>(options), backup(), saboteur({.raise_at_epoch = 1})},
           3);
  const FitResult result = Process(world, hardened()).fit({backup()}, 3);
  result.rethrow();
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].text,
            "the state of early_stopping was saved, but this run has no such callback");
}

TEST(BackupAndRestore, TwoCallbacksOfOneKindKeepTheirOwnStates) {
  ScriptedWorld world;
  const auto pair = [] {
    std::vector<std::shared_ptr<EarlyStopping>> both;
    for (const double delta : {0.0, 1e9}) {
      EarlyStoppingOptions options;
      options.monitor = {.metric = "loss", .min_delta = delta};
      options.patience = 50;
      both.push_back(std::make_shared<EarlyStopping>(options));
    }
    return both;
  };
  const auto first = pair();
  Process(world, hardened())
      .fit({first[0], first[1], backup(), saboteur({.raise_at_epoch = 3, .raise_at_batch = 0})}, 4);
  const auto second = pair();
  Process(world, hardened()).fit({second[0], second[1], backup()}, 3).rethrow();
  EXPECT_EQ(second[0]->best(), first[0]->best());
  EXPECT_EQ(second[1]->best(), first[1]->best());
  EXPECT_EQ(second[1]->wait(), 2);
  EXPECT_NE(second[0]->best(), second[1]->best());
}

TEST(BackupAndRestore, FailedBackupCanBeSurvived) {
  Policy policy = hardened();
  policy.checkpoint.failed_save = FailedSave::continues;
  policy.checkpoint.max_failed_saves = 5;
  ScriptedWorld world;
  world.files.refuse("append", ENOSPC);
  const FitResult result = Process(world, policy).fit({backup()}, 2);
  result.rethrow();
  ASSERT_EQ(result.warnings.size(), 3U);
  EXPECT_EQ(result.warnings[0].id, "checkpoint.preflight");
  EXPECT_THAT(world.files.names(), IsEmpty());
}

TEST(BackupAndRestore, EachWorkerOfARunHasItsOwnPlace) {
  ScriptedWorld world;
  const auto fit = [&](std::optional<std::int64_t> worker, const std::string& run) {
    Process process(world, hardened());
    SmallSequence data(3);
    BackupAndRestoreOptions options;
    options.backup_dir = "bk/{run}-{worker:02d}";
    options.delete_checkpoint = false;
    return process.trainer.fit(data, {.epochs = 1,
                                      .callbacks = {std::make_shared<BackupAndRestore>(options)},
                                      .worker = worker,
                                      .run = run});
  };
  fit(1, "blue").rethrow();
  fit(2, "blue").rethrow();
  fit({}, "").rethrow();
  EXPECT_THAT(world.files.names(),
              ElementsAre("bk/blue-01/backup.safetensors", "bk/blue-02/backup.safetensors",
                          "bk/{run}-{worker:02d}/backup.safetensors"));
  EXPECT_EQ(fit(1, "").error->message,
            "BackupAndRestore: the directory \"bk/{run}-{worker:02d}\" asks for \"run\", which fit "
            "was not given");
}

TEST(BackupAndRestore, PlaceThatIsFullOrCannotBeWrittenIsFoundOutBeforeTheFirstEpoch) {
  for (const int code : {ENOSPC, EACCES}) {
    ScriptedWorld world;
    if (code == ENOSPC) {
      world.files.free = 10;
    } else {
      world.files.refuse("create", code);
    }
    Process process(world, hardened());
    const auto last = watcher();
    const FitResult result = process.fit({backup(), last}, 1);
    ASSERT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->type, "IoError");
    EXPECT_EQ(result.error->phase, "on_train_begin");
    EXPECT_THAT(last->batches, IsEmpty());
    EXPECT_THAT(world.files.names(), IsEmpty());
  }
}

TEST(BackupAndRestore, StaysWhenALaterCallbackFailsAtTheVeryEnd) {
  class LastStraw final : public Callback {
   public:
    std::string name() const override { return "last_straw"; }
    void on_train_end(Event&) override { throw StateError("at the very end"); }
  };
  ScriptedWorld world;
  const FitResult result =
      Process(world, hardened()).fit({backup(), std::make_shared<LastStraw>()}, 2);
  EXPECT_EQ(result.status, Status::failed);
  EXPECT_THAT(world.files.names(), ElementsAre("bk/backup.safetensors"));
}

TEST(BackupAndRestore, NeedsADirectory) {
  EXPECT_THROW(BackupAndRestore(BackupAndRestoreOptions{}), ValueError);
}

TEST(BackupAndRestore, IsBuiltFromJson) {
  const CallbackHandle handle = callback_from(
      R"({"kind": "backup_and_restore", "backup_dir": "b", "save_freq": 1,
          "double_checkpoint": true, "delete_checkpoint": false})");
  ASSERT_TRUE(handle);
  ScriptedWorld world;
  Process(world, hardened()).fit({handle}, 1).rethrow();
  EXPECT_THAT(world.files.names(),
              ElementsAre("b/backup.other.safetensors", "b/backup.safetensors"));
  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "backup_and_restore"})", &wrong));
}

// Row "backup_and_restore" of docs/callbacks_and_status.md.
TEST(StatusTableBackupAndRestore, BacksAnEpochUpUnlessItBrokeOff) {
  for (const Status status :
       {Status::completed, Status::exhausted, Status::failed, Status::interrupted}) {
    ScriptedRun run(hardened());
    BackupAndRestoreOptions options;
    options.delete_checkpoint = false;
    run.play({backup(options)}, {.values = {1.0}, .last_status = status});
    EXPECT_EQ(run.world.files.exists("bk/backup.safetensors"), !is_broken_off(status))
        << name_of(status);
  }
}

TEST(StatusTableBackupAndRestore, CutEpochIsBackedUpInsideInHardenedAndAsDoneInKeras) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    BackupAndRestoreOptions options;
    options.delete_checkpoint = false;
    const Policy policy = strict ? hardened() : keras();
    Process(world, policy)
        .fit({backup(options), saboteur({.stop_at_epoch = 0, .stop_at_batch = 1})}, 4);
    if (strict) {
      const Position position = load_checkpoint(world.files, "bk/backup.safetensors").run->position;
      EXPECT_EQ(position.epoch, 0);
      EXPECT_EQ(position.batch, 2);
    } else {
      EXPECT_EQ(world.files.contents["bk/training_metadata.json"], R"({"epoch": 1, "batch": 0})");
    }
  }
}

TEST(StatusTableBackupAndRestore, DeletesTheBackupWhenCompletedAloneAndInKerasWhenFitReturns) {
  for (const bool strict : {false, true}) {
    for (const Status status : {Status::completed, Status::stopped, Status::exhausted,
                                Status::failed, Status::interrupted}) {
      ScriptedRun run(strict ? hardened() : keras());
      run.play({backup()}, {.values = {1.0, 1.0}, .last_status = status});
      const bool deleted = strict ? status == Status::completed : !is_broken_off(status);
      EXPECT_EQ(run.world.files.contents.empty(), deleted) << strict << name_of(status);
    }
  }
}

}  // namespace
}  // namespace trainwreck
