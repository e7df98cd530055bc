// Method: the same fits with saves that the loop makes and with saves that a worker makes, the
// latter under every timing: from a worker that is done at once to one that is done when somebody
// waits for it. What is on the disk in the end must not tell which it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

#include "engine/base/errors.h"
#include "engine/callbacks/backup_and_restore.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/support/fit_run.h"
#include "tests/support/lazy_executor.h"
#include "tests/support/temporary_folder.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LazyExecutor;
using testing::Process;
using testing::saboteur;
using testing::ScriptedRun;
using testing::ScriptedWorld;
using testing::TemporaryFolder;
using testing::watcher;

// Looks at the outcome after which the worker is done; the last one never is before it is joined.
constexpr int kTimings[] = {0, 1, 2, 3, 5, 8, 1'000'000};

Policy by_worker(Policy policy = hardened()) {
  policy.checkpoint.saved_by = SavedBy::a_worker;
  return policy;
}

LazyExecutor& lazy(ScriptedWorld& world, int looks) {
  auto executor = std::make_unique<LazyExecutor>(looks);
  LazyExecutor& there = *executor;
  world.executor = std::move(executor);
  return there;
}

CallbackHandle saves(ModelCheckpointOptions options) {
  return std::make_shared<ModelCheckpoint>(std::move(options));
}

CallbackHandle each_epoch() { return saves({.path = "m-{epoch}.safetensors"}); }

std::vector<CallbackHandle> savers_of_all_kinds() {
  return {
      saves({.path = "e-{epoch}.safetensors", .keep = 2, .pointers = true}),
      saves({.path = "b-{epoch}-{batch}.safetensors", .save_freq = 2}),
      saves({.path = "best.safetensors", .monitor = {.metric = "loss"}, .save_best_only = true}),
      saves({.path = "w.safetensors", .save_weights_only = true, .save_freq = 1}),
      std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{.backup_dir = "bk",
                                                                 .save_freq = 2,
                                                                 .double_checkpoint = true,
                                                                 .delete_checkpoint = false})};
}

TEST(SaveWorker, NothingOnTheDiskTellsWhoSaved) {
  for (const bool as_keras : {false, true}) {
    Policy policy = as_keras ? keras() : hardened();
    ScriptedWorld world;
    Process(world, policy).fit(savers_of_all_kinds(), 3).rethrow();
    for (const int timing : kTimings) {
      ScriptedWorld other;
      LazyExecutor& executor = lazy(other, timing);
      Process(other, by_worker(policy)).fit(savers_of_all_kinds(), 3).rethrow();
      EXPECT_EQ(other.files.contents, world.files.contents) << timing;
      EXPECT_EQ(executor.most_at_once, 1);
      EXPECT_EQ(other.memory.in_use(), 0);
    }
  }
}

TEST(SaveWorker, TheTrainingGoesOnMeanwhile) {
  ScriptedWorld world;
  lazy(world, 2);  // the first look is in the hook of the next batch
  struct Witness final : Callback {
    explicit Witness(ScriptedWorld& its) : world(its) {}
    std::string name() const override { return "witness"; }
    void on_train_batch_end(Event& event) override {
      if (event.epoch == 1) files.push_back(world.files.names().size());
    }
    ScriptedWorld& world;
    std::vector<std::size_t> files;
  };
  const auto witness = std::make_shared<Witness>(world);
  Process(world, by_worker()).fit({each_epoch(), witness}, 2).rethrow();
  EXPECT_THAT(witness->files, ElementsAre(0, 1, 1));
  EXPECT_THAT(world.trace.lines,
              ElementsAre("begin m-1.safetensors periodic", HasSubstr("publish m-1.safetensors"),
                          "begin m-2.safetensors periodic", HasSubstr("publish m-2.safetensors")));
}

TEST(SaveWorker, AFailureIsRaisedInTheNextHookOfWhoWantedTheSave) {
  for (const int timing : kTimings) {
    ScriptedWorld world;
    lazy(world, timing);
    world.files.refuse("append m-1", ENOSPC);
    const FitResult result = Process(world, by_worker()).fit({watcher(), each_epoch()}, 3);
    ASSERT_TRUE(result.error) << timing;
    EXPECT_EQ(result.error->type, "IoError");
    EXPECT_EQ(result.error->callback, "model_checkpoint");
    EXPECT_EQ(result.error->epoch, 1);
    // At the latest where the next save would begin.
    EXPECT_EQ(result.error->phase, timing <= 3 ? "on_train_batch_end" : "on_epoch_end") << timing;
    EXPECT_EQ(world.memory.in_use(), 0);
    EXPECT_THAT(world.files.names(), ElementsAre());
  }
}

TEST(SaveWorker, AFailureOfTheLastSaveIsRaisedAtTheEnd) {
  ScriptedWorld world;
  lazy(world, 1'000'000);
  world.files.refuse("append m-2", ENOSPC);
  const FitResult result = Process(world, by_worker()).fit({each_epoch()}, 2);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->phase, "on_train_end");
  EXPECT_EQ(result.status, Status::failed);
}

TEST(SaveWorker, AFailureThatNoHookHearsOfIsKept) {
  ScriptedWorld world;
  lazy(world, 1'000'000);
  world.files.refuse("append m-1", ENOSPC);
  const FitResult result =
      Process(world, by_worker(keras()))
          .fit({each_epoch(), saboteur({.raise_at_epoch = 1, .raise_at_batch = 0})}, 2);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->type, "StateError");
  ASSERT_EQ(result.suppressed.size(), 1U);
  EXPECT_EQ(result.suppressed[0].type, "IoError");
  EXPECT_EQ(result.suppressed[0].callback, "model_checkpoint");
}

TEST(SaveWorker, FailedSavesCanBeSurvivedSoManyTimes) {
  for (const int timing : kTimings) {
    Policy policy = by_worker();
    policy.checkpoint.failed_save = FailedSave::continues;
    policy.checkpoint.max_failed_saves = 2;
    ScriptedWorld world;
    lazy(world, timing);
    world.files.refuse("append m-", ENOSPC, 2);
    const FitResult two = Process(world, policy).fit({each_epoch()}, 3);
    EXPECT_TRUE(two.ok()) << timing;
    EXPECT_EQ(two.warnings.size(), 2U);
    EXPECT_THAT(world.files.names(), ElementsAre("m-3.safetensors"));
    world.files.refuse("append m-", ENOSPC, 3);
    const FitResult three = Process(world, policy).fit({each_epoch()}, 4);
    ASSERT_TRUE(three.error) << timing;
    EXPECT_EQ(three.error->type, "IoError");
  }
}

// 0.5 is not published, so 0.7 is better than what is there.
TEST(SaveWorker, WhatIsBetterIsDecidedByWhatIsThere) {
  for (const int timing : kTimings) {
    Policy policy = by_worker();
    policy.checkpoint.failed_save = FailedSave::continues;
    policy.checkpoint.max_failed_saves = 1;
    ScriptedWorld world;
    lazy(world, timing);
    ScriptedRun run(policy, &world);
    const auto best = std::make_shared<ModelCheckpoint>(
        ModelCheckpointOptions{.path = "best.safetensors", .save_best_only = true});
    run.play({best}, {.values = {0.9}});
    world.files.refuse("append best", ENOSPC, 1);
    run.play({best}, {.values = {0.5, 0.7, 0.8}});
    EXPECT_EQ(best->best(), 0.7) << timing;
    EXPECT_EQ(load_checkpoint(world.files, "best.safetensors").score->value, 0.7);
  }
}

TEST(SaveWorker, ATaskThatCannotStartOrDiesIsAFailedSave) {
  ScriptedWorld world;
  LazyExecutor& executor = lazy(world, 1);
  executor.refuses = true;
  const FitResult refused = Process(world, by_worker()).fit({each_epoch()}, 1);
  ASSERT_TRUE(refused.error);
  EXPECT_THAT(refused.error->message, HasSubstr("cannot start the thread"));
  executor.refuses = false;
  executor.loses_tasks = true;
  const FitResult lost = Process(world, by_worker()).fit({each_epoch()}, 1);
  ASSERT_TRUE(lost.error);
  EXPECT_THAT(lost.error->message, HasSubstr("the task that was to save has died"));
}

TEST(SaveWorker, OutOfMemoryIsRaisedWhereTheSnapshotIsTaken) {
  ScriptedWorld world;
  lazy(world, 1'000'000);
  struct NoRoom final : MemoryBudget {
    void reserve(MemoryPurpose purpose, std::int64_t bytes) override {
      if (purpose == MemoryPurpose::save) throw OutOfMemory(name_of(purpose), bytes, 0);
    }
    void release(MemoryPurpose, std::int64_t) noexcept override {}
    std::int64_t peak() const override { return 0; }
    std::int64_t in_use(MemoryPurpose) const override { return 0; }
  } memory;
  const std::unique_ptr<Model> model = testing::small_model(2);
  Seams seams{world.files, *world.clock, memory, *world.executor, *world.signals};
  Trainer trainer(*model, seams, by_worker());
  testing::SmallSequence data(3);
  const FitResult result = trainer.fit(data, {.epochs = 1, .callbacks = {each_epoch()}});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->type, "OutOfMemory");
  EXPECT_EQ(result.error->phase, "on_epoch_end");
}

class Spoiler final : public Callback {
 public:
  std::string name() const override { return "spoiler"; }
  void on_epoch_end(Event& event) override {
    event.session.model().parameters().values()[0] = std::numeric_limits<float>::quiet_NaN();
  }
};

TEST(SaveWorker, TheSnapshotIsJudgedAndNotWhatBecameOfTheModel) {
  ScriptedWorld world;
  lazy(world, 1'000'000);
  Process(world, by_worker()).fit({each_epoch(), std::make_shared<Spoiler>()}, 1).rethrow();
  EXPECT_EQ(non_finite_parameter(load_checkpoint(world.files, "m-1.safetensors")), "");
  const FitResult result =
      Process(world, by_worker()).fit({std::make_shared<Spoiler>(), each_epoch()}, 1);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->type, "NonFinite");
  EXPECT_EQ(result.error->phase, "on_train_end");
}

TEST(SaveWorker, DeathInItIsTheDeathOfTheRun) {
  for (const int timing : kTimings) {
    ScriptedWorld world;
    lazy(world, timing);
    world.files.die_at("sync m-1");
    Process process(world, by_worker());
    EXPECT_THROW(process.fit({each_epoch()}, 3), Death) << timing;
  }
}

TEST(SaveWorker, AnEmergencyWaitsForTheSaveThatIsUnderWay) {
  struct SignalAt final : Signals {
    int looks = 9;  // behind the first batch of epoch 1
    std::optional<int> poll() override {
      return looks-- == 0 ? std::optional(SIGTERM) : std::nullopt;
    }
  };
  ScriptedWorld world;
  lazy(world, 1'000'000);
  world.signals = std::make_unique<SignalAt>();
  const auto backup =
      std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{.backup_dir = "bk"});
  const FitResult result = Process(world, by_worker()).fit({backup}, 3);
  EXPECT_EQ(result.status, Status::interrupted);
  EXPECT_EQ(load_checkpoint(world.files, "bk/backup.safetensors").tag, "emergency");
  EXPECT_THAT(world.trace.lines,
              ElementsAre(HasSubstr("begin"), HasSubstr("backup crc32c"),
                          "begin bk/backup.safetensors emergency", HasSubstr("emergency crc32c")));
}

TEST(SaveWorker, NoBackupAppearsAfterItWasDeleted) {
  for (const int timing : kTimings) {
    ScriptedWorld world;
    lazy(world, timing);
    const auto backup =
        std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{.backup_dir = "bk"});
    Process(world, by_worker()).fit({backup}, 3).rethrow();
    EXPECT_THAT(world.files.names(), ElementsAre()) << timing;
  }
}

// A real folder and real threads, for the thread sanitizer too.
TEST(SaveWorkerThreads, WriteWhatTheLoopWouldHaveWritten) {
  const auto contents = [](const Policy& policy) {
    const TemporaryFolder folder;
    RealWorld world;
    const std::unique_ptr<Model> model = testing::small_model(2);
    Trainer trainer(*model, world.seams(), policy);
    testing::SmallSequence data(3);
    std::vector<CallbackHandle> callbacks{
        saves({.path = folder.at("e-{epoch}.safetensors"), .keep = 20, .pointers = true}),
        saves({.path = folder.at("w.safetensors"), .save_weights_only = true, .save_freq = 1})};
    trainer.fit(data, {.epochs = 20, .callbacks = callbacks}).rethrow();
    const auto files = real_file_system();
    std::map<std::string, Floats> all;
    for (const std::string& name : files->list(folder.path())) {
      if (!name.ends_with(".safetensors")) continue;
      all[name] = load_checkpoint(*files, folder.at(name)).weights[0].values;
    }
    return all;
  };
  const auto there = contents(by_worker());
  EXPECT_EQ(there.size(), 21U);
  EXPECT_EQ(there, contents(hardened()));
}

}  // namespace
}  // namespace trainwreck
