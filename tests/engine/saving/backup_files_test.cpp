// Method: real fits in a world whose disk outlives the processes, and files that a crash, a full
// disk or a rotten bit left there.
#include "engine/saving/backup_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/callbacks/backup_and_restore.h"
#include "tests/support/fit_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Process;
using testing::saboteur;
using testing::ScriptedWorld;
using testing::watcher;

std::shared_ptr<BackupAndRestore> backup(BackupAndRestoreOptions options = {}) {
  options.backup_dir = "bk";
  return std::make_shared<BackupAndRestore>(std::move(options));
}

TEST(BackupFiles, KerasKeepsWeightsAndThenMetadataUnderItsNames) {
  ScriptedWorld world;
  Process(world, keras()).fit({backup(), saboteur({.raise_at_epoch = 2, .raise_at_batch = 1})}, 4);
  EXPECT_THAT(world.files.names(),
              ElementsAre("bk/latest.weights.h5", "bk/training_metadata.json"));
  EXPECT_EQ(world.files.contents["bk/training_metadata.json"], R"({"epoch": 2, "batch": 0})");
  const auto second = watcher();
  Process process(world, keras());
  process.shuffle = false;
  process.fit({backup(), second}, 4).rethrow();
  EXPECT_THAT(second->batches, ElementsAre("epoch 2 0 1 2", "epoch 3 0 1 2"));
  EXPECT_EQ(process.model->optimizer().iterations(), 12);
  EXPECT_THAT(world.files.names(), IsEmpty());
  EXPECT_FALSE(world.files.exists("bk"));
}

TEST(BackupFiles, FileThatIsTornEndsTheResumeUnlessThereIsASecond) {
  for (const bool twice : {false, true}) {
    ScriptedWorld world;
    BackupAndRestoreOptions options;
    options.double_checkpoint = twice;
    Process(world, keras())
        .fit({backup(options), saboteur({.raise_at_epoch = 2, .raise_at_batch = 0})}, 3);
    std::string& weights = world.files.contents["bk/latest.weights.h5"];
    weights.resize(weights.size() / 2);
    const auto second = watcher();
    const FitResult result = Process(world, keras()).fit({backup(options), second}, 3);
    EXPECT_EQ(result.ok(), twice);
    if (twice) {
      EXPECT_THAT(second->batches, ElementsAre("epoch 1 0 1 2", "epoch 2 0 1 2"));
      EXPECT_THAT(world.files.names(), IsEmpty());
    } else {
      EXPECT_EQ(result.error->type, "FormatError");
      EXPECT_THAT(second->batches, IsEmpty());
    }
  }
}

TEST(BackupFiles, SaveThatFailedLeavesAFileThatASecondDoesNotHelpWithInKeras) {
  ScriptedWorld world;
  BackupAndRestoreOptions options;
  options.double_checkpoint = true;
  {
    Process process(world, keras());
    class Filler final : public Callback {
     public:
      explicit Filler(testing::MemoryFiles& files) : files_(files) {}
      std::string name() const override { return "filler"; }
      void on_epoch_begin(Event& event) override {
        if (event.index == 1) files_.refuse("append bk/latest.weights.h5", ENOSPC, 2);
      }

     private:
      testing::MemoryFiles& files_;
    };
    const FitResult crash =
        process.fit({std::make_shared<Filler>(world.files), backup(options)}, 3);
    EXPECT_EQ(crash.error->type, "IoError");
  }
  world.files.allow_all();
  const std::string good = [] {
    ScriptedWorld quiet;
    Process(quiet, keras()).fit({backup(), saboteur({.raise_at_epoch = 1})}, 3);
    return quiet.files.contents["bk/latest.weights.h5"];
  }();
  world.files.contents["bk/latest.weights.h5.bkp"] = good;
  world.files.contents["bk/latest.weights.h5"].clear();
  const FitResult result = Process(world, keras()).fit({backup(options)}, 3);
  EXPECT_EQ(result.error->type, "ValueError");
  EXPECT_EQ(result.error->message,
            "bk/latest.weights.h5 is empty: it holds none of the model's weights");
  Policy lenient = keras();
  lenient.backup.fallback = BackupFallback::any_damage;
  Process(world, lenient).fit({backup(options)}, 3).rethrow();
}

TEST(BackupFiles, BrokenMetadataEndsTheResume) {
  ScriptedWorld world;
  Process(world, keras()).fit({backup(), saboteur({.raise_at_epoch = 1})}, 3);
  world.files.contents["bk/training_metadata.json"] = "{\"epoch\": 1, ";
  const FitResult result = Process(world, keras()).fit({backup()}, 3);
  EXPECT_EQ(result.error->type, "ValueError");
  EXPECT_THAT(result.error->message, HasSubstr("bk/training_metadata.json"));
}

TEST(BackupFiles, DamagedFileIsAnErrorAndNeverASilentFreshStart) {
  ScriptedWorld world;
  Process(world, hardened()).fit({backup(), saboteur({.raise_at_epoch = 1})}, 3);
  world.files.contents["bk/backup.safetensors"].resize(100);
  const auto second = watcher();
  const FitResult result = Process(world, hardened()).fit({backup(), second}, 3);
  EXPECT_EQ(result.error->type, "FormatError");
  EXPECT_THAT(result.error->message, HasSubstr("bk/backup.safetensors"));
  EXPECT_THAT(second->batches, IsEmpty());
}

TEST(BackupFiles, OlderFileStandsInForADamagedOneWithAWarning) {
  BackupAndRestoreOptions options;
  options.double_checkpoint = true;
  for (const char* damaged : {"bk/backup.safetensors", "bk/backup.other.safetensors"}) {
    ScriptedWorld world;
    Process(world, hardened())
        .fit({backup(options), saboteur({.raise_at_epoch = 2, .raise_at_batch = 0})}, 4);
    EXPECT_EQ(world.files.contents.size(), 2U);
    world.files.contents[damaged][200] ^= 1;
    const auto second = watcher();
    Process process(world, hardened());
    const FitResult result = process.fit({backup(options), second}, 4);
    result.rethrow();
    ASSERT_EQ(result.warnings.size(), 1U);
    EXPECT_EQ(result.warnings[0].id, "backup.damaged");
    ScriptedWorld quiet;
    Process reference(quiet, hardened());
    reference.fit({}, 4).rethrow();
    EXPECT_EQ(process.weights(), reference.weights());
    EXPECT_THAT(world.files.names(), IsEmpty());
  }
}

TEST(BackupFiles, UnfinishedBackupAloneIsAFreshStartWithAWarning) {
  ScriptedWorld world;
  world.files.directories.insert("bk");
  world.files.contents["bk/backup.safetensors.0.tmp"] = "half";
  const FitResult result = Process(world, hardened()).fit({backup()}, 1);
  result.rethrow();
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].id, "backup.unfinished");
  EXPECT_THAT(world.files.names(), IsEmpty());
}

TEST(BackupFiles, BackupOfAnotherModelIsRefusedWithItsDifferences) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    const Policy policy = strict ? hardened() : keras();
    Process(world, policy).fit({backup(), saboteur({.raise_at_epoch = 1})}, 3);
    Process process(world, policy);
    process.model->compile(optimizers::make_adam(), losses::make_mse(), {});
    const FitResult result = process.fit({backup()}, 3);
    EXPECT_EQ(result.error->type, "ValueError");
    EXPECT_THAT(result.error->message, HasSubstr("the optimizer is sgd, the model's is adam"));
  }
}

TEST(BackupFiles, LeavesOtherFilesInItsDirectoryAlone) {
  ScriptedWorld world;
  world.files.directories.insert("bk");
  world.files.contents["bk/mine.txt"] = "mine";
  Process(world, hardened()).fit({backup()}, 1).rethrow();
  EXPECT_THAT(world.files.names(), ElementsAre("bk/mine.txt"));
}

}  // namespace
}  // namespace trainwreck
