// Method: a real process trains three epochs in a real directory and is killed with SIGKILL in one
// of its file operations, in each of them in turn; the next process goes on from what is there.
// What is left in the end must be what a process leaves that nobody killed.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>

#include "scenarios/process/scratch_disk.h"
#include "tests/scenarios/runner/real_training.h"

namespace trainwreck::testing {
namespace {

constexpr std::int64_t kNever = 0;

// How the process ended, as waitpid says.
int train(const ScratchDisk& disk, const Policy& policy, std::int64_t kill_at) {
  return in_child([&] {
    disk.enter();
    KillingFiles files(kill_at);
    train_in_this_folder(files, policy);
  });
}

bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }

std::map<std::string, std::string> left_by_nobody_killed(const Policy& policy) {
  const ScratchDisk disk({}, std::nullopt);
  EXPECT_EQ(train(disk, policy, kNever), 0);
  return essence_of(disk.files());
}

// Kills the first process in every operation it does. Returns how many died.
int kill_everywhere(const Policy& policy) {
  const auto whole = left_by_nobody_killed(policy);
  EXPECT_EQ(whole.size(), 8U);  // two checkpoints, a pointer, a backup, logs, the result
  for (std::int64_t kill_at = 1;; ++kill_at) {
    const ScratchDisk disk({}, std::nullopt);
    const int status = train(disk, policy, kill_at);
    if (status == 0) return static_cast<int>(kill_at - 1);
    EXPECT_TRUE(was_killed(status)) << kill_at;
    const bool taken_up = disk.files().contains("bk/backup.safetensors");
    EXPECT_EQ(train(disk, policy, kNever), 0) << kill_at;
    auto left = essence_of(disk.files());
    auto expected = whole;
    if (!taken_up) {
      forget_event_files(left);
      forget_event_files(expected);
    }
    EXPECT_EQ(left, expected) << kill_at;
    if (::testing::Test::HasFailure()) return 0;
  }
}

TEST(KilledProcess, IsTakenUpBitForBitWhereverItDied) {
  EXPECT_GT(kill_everywhere(hardened()), 200);
}

TEST(KilledProcess, IsTakenUpBitForBitWhereAnotherTaskSaved) {
  Policy policy = hardened();
  policy.checkpoint.saved_by = SavedBy::a_worker;
  EXPECT_GT(kill_everywhere(policy), 200);
}

// Each process lives for so many operations, which is enough to reach the next backup.
TEST(KilledProcess, ManyDeathsInOneRunChangeNothing) {
  const auto whole = left_by_nobody_killed(hardened());
  for (const std::int64_t life : {80, 97, 131}) {
    const ScratchDisk disk({}, std::nullopt);
    int deaths = 0;
    while (was_killed(train(disk, hardened(), life)) && deaths < 100) ++deaths;
    EXPECT_GT(deaths, 1) << life;
    EXPECT_EQ(essence_of(disk.files()), whole) << life << ": " << deaths;
  }
}

// The method sees what it should: files that are overwritten in place are torn by a kill.
TEST(KilledProcess, LosesItsRunWhereFilesAreOverwrittenInPlace) {
  Policy policy = hardened();
  policy.checkpoint.protocol = SaveProtocol::in_place;
  const auto whole = left_by_nobody_killed(policy);
  int damaged = 0;
  for (std::int64_t kill_at = 1;; ++kill_at) {
    const ScratchDisk disk({}, std::nullopt);
    if (train(disk, policy, kill_at) == 0) break;
    if (train(disk, policy, kNever) != 0) ++damaged;
  }
  EXPECT_GT(damaged, 0);
}

}  // namespace
}  // namespace trainwreck::testing
