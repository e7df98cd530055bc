// Method: real fits that a signal or a failing callback breaks off in the middle of an epoch, in a
// world whose disk outlives the processes.
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <utility>

#include "engine/callbacks/backup_and_restore.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/support/fit_run.h"

namespace trainwreck {
namespace {

using testing::Process;
using testing::saboteur;
using testing::ScriptedWorld;
using testing::watcher;

// SIGTERM, seen at the given look and at as many further ones.
class SignalsAt final : public Signals {
 public:
  SignalsAt(int look, int times) : first_(look), last_(look + times - 1) {}
  std::optional<int> poll() override {
    const int look = looks_++;
    return look >= first_ && look <= last_ ? std::optional(SIGTERM) : std::nullopt;
  }

 private:
  int first_;
  int last_;
  int looks_ = 0;
};

CallbackHandle one_backup() {
  return std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{.backup_dir = "bk"});
}

// The loop looks at an epoch's beginning, and before and behind each of its three batches: look 9
// is behind the first batch of epoch 1.
constexpr int kBehindTheFirstBatch = 9;

TEST(EmergencyBackup, ASignalIsBackedUpAtTheLastWholeStep) {
  ScriptedWorld world;
  world.signals = std::make_unique<SignalsAt>(kBehindTheFirstBatch, 1);
  Process first(world, hardened());
  EXPECT_EQ(first.fit({one_backup()}, 3).status, Status::interrupted);
  const Checkpoint saved = load_checkpoint(world.files, "bk/backup.safetensors");
  EXPECT_EQ(saved.tag, "emergency");
  EXPECT_EQ(saved.run->position.epoch, 1);
  EXPECT_EQ(saved.run->position.batch, 1);
  world.signals = no_signals();
  Process second(world, hardened());
  second.fit({one_backup()}, 3).rethrow();
  ScriptedWorld quiet;
  Process whole(quiet, hardened());
  whole.fit({one_backup()}, 3).rethrow();
  EXPECT_EQ(second.weights(), whole.weights());
}

// G4.
TEST(EmergencyBackup, NoneIsBegunAfterASecondSignal) {
  ScriptedWorld world;
  world.signals = std::make_unique<SignalsAt>(kBehindTheFirstBatch, 2);
  EXPECT_EQ(Process(world, hardened()).fit({one_backup()}, 3).status, Status::interrupted);
  const Checkpoint saved = load_checkpoint(world.files, "bk/backup.safetensors");
  EXPECT_EQ(saved.tag, "backup");
  EXPECT_EQ(saved.run->position.batch, 0);
}

TEST(EmergencyBackup, AFailureIsBackedUpWhereThePolicyWantsIt) {
  for (const bool wanted : {false, true}) {
    ScriptedWorld world;
    Policy policy = hardened();
    if (wanted) policy.backup.emergency = EmergencyBackup::when_broken_off;
    Process(world, policy)
        .fit({one_backup(), saboteur({.raise_at_epoch = 1, .raise_at_batch = 1})}, 3);
    const Checkpoint saved = load_checkpoint(world.files, "bk/backup.safetensors");
    EXPECT_EQ(saved.tag, wanted ? "emergency" : "backup");
    EXPECT_EQ(saved.run->position.batch, wanted ? 2 : 0);
  }
}

// While an epoch is being closed some callbacks have counted it and others have not.
TEST(EmergencyBackup, AFailureAtAnEpochsEndIsNotBackedUp) {
  ScriptedWorld world;
  Policy policy = hardened();
  policy.backup.emergency = EmergencyBackup::when_broken_off;
  Process(world, policy).fit({one_backup(), saboteur({.raise_at_epoch = 1})}, 3);
  const Checkpoint saved = load_checkpoint(world.files, "bk/backup.safetensors");
  EXPECT_EQ(saved.tag, "backup");
  EXPECT_EQ(saved.run->position.epoch, 1);
}

}  // namespace
}  // namespace trainwreck
