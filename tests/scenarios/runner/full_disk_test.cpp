// Method: a real disk that is too small, by a page more each time, and files that may not grow
// beyond a size, by a byte more each time. Whatever does not fit, nothing that was there is
// damaged, nothing half-made is left, and the next process, with room, ends as if there always had
// been.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "engine/base/errors.h"
#include "scenarios/process/scratch_disk.h"
#include "tests/scenarios/runner/real_training.h"
#include "tests/support/temporary_folder.h"

namespace trainwreck::testing {
namespace {

using Files = std::map<std::string, std::string>;
constexpr int kNoRoom = 3;

// So that it is the saves that run out of room, and not the look before the first epoch.
Policy without_preflight() {
  Policy policy = hardened();
  policy.checkpoint.preflight = Preflight::none;
  return policy;
}

// 0: it trained to the end; kNoRoom: an IoError ended it.
int train(const ScratchDisk& disk, const Policy& policy, const std::function<void()>& first) {
  const int status = in_child([&] {
    disk.enter();
    first();
    KillingFiles files(0);
    try {
      train_in_this_folder(files, policy);
    } catch (const IoError&) {
      _exit(kNoRoom);
    }
  });
  EXPECT_TRUE(WIFEXITED(status)) << status;
  return WEXITSTATUS(status);
}

int train(const ScratchDisk& disk, const Policy& policy) {
  return train(disk, policy, [] {});
}

Files whole_run() {
  const ScratchDisk disk({}, std::nullopt);
  EXPECT_EQ(train(disk, hardened()), 0);
  return essence_of(disk.files());
}

bool any_temporary(const Files& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const auto& file) { return is_temporary(file.first); });
}

// What is there is whole, and another process, on a disk with room, goes on from it.
void expect_taken_up(const Files& left, Files whole, const std::string& what) {
  EXPECT_FALSE(any_temporary(left)) << what;
  EXPECT_NO_THROW(essence_of(left)) << what;
  const ScratchDisk disk(left, std::nullopt);
  EXPECT_EQ(train(disk, hardened()), 0) << what;
  Files essence = essence_of(disk.files());
  if (!left.contains("bk/backup.safetensors")) {
    forget_event_files(essence);
    forget_event_files(whole);
  }
  EXPECT_EQ(essence, whole) << what;
}

TEST(FullDisk, OfAnySizeDamagesNothing) {
  if (!ScratchDisk::can_mount()) GTEST_SKIP() << "no file system can be mounted here";
  const Files whole = whole_run();
  constexpr std::int64_t kPage = 4096;
  int failures = 0;
  for (std::int64_t room = 0;; room += kPage) {
    const ScratchDisk disk({}, 1 << 20);
    disk.leave_room(room);
    const int ended = train(disk, without_preflight());
    if (ended == 0) break;
    ASSERT_EQ(ended, kNoRoom) << room;
    ++failures;
    expect_taken_up(disk.files(), whole, "room for " + std::to_string(room));
    if (HasFailure()) return;
  }
  EXPECT_GT(failures, 5);
}

void limit_file_size(std::int64_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = static_cast<rlim_t>(bytes);
  setrlimit(RLIMIT_FSIZE, &limit);
}

TEST(FullDisk, FilesThatMayNotGrowDamageNothing) {
  const Files whole = whole_run();
  constexpr std::int64_t kStep = 53;
  int failures = 0;
  for (std::int64_t bytes = 0;; bytes += kStep) {
    const ScratchDisk disk({}, std::nullopt);
    const int ended = train(disk, without_preflight(), [&] { limit_file_size(bytes); });
    if (ended == 0) break;
    ASSERT_EQ(ended, kNoRoom) << bytes;
    ++failures;
    expect_taken_up(disk.files(), whole, "files up to " + std::to_string(bytes));
    if (HasFailure()) return;
  }
  EXPECT_GT(failures, 20);
}

// One save at every single byte that may be the last one, over a file that is there.
TEST(FullDisk, ASaveThatDoesNotFitLeavesTheOldFileAtEveryByte) {
  const std::string old(700, 'o');
  const std::string fresh(1500, 'f');
  for (const SaveProtocol protocol : {SaveProtocol::rename, SaveProtocol::durable}) {
    const int status = in_child([&] {
      const TemporaryFolder folder;
      const std::string path = folder.at("m");
      const auto files = real_file_system();
      save_bytes(*files, path, old, protocol);
      for (std::size_t bytes = 0; bytes < fresh.size(); ++bytes) {
        limit_file_size(static_cast<std::int64_t>(bytes));
        try {
          save_bytes(*files, path, fresh, protocol);
          throw StateError("it did not fail at " + std::to_string(bytes));
        } catch (const IoError& error) {
          if (error.code != EFBIG) throw;
        }
        if (files->read(path) != old) throw StateError("damaged at " + std::to_string(bytes));
        if (files->list(folder.path()).size() != 1) throw StateError("something is left");
      }
      limit_file_size(static_cast<std::int64_t>(fresh.size()));
      save_bytes(*files, path, fresh, protocol);
      if (files->read(path) != fresh) throw StateError("it was not saved");
    });
    EXPECT_EQ(status, 0);
  }
}

}  // namespace
}  // namespace trainwreck::testing
