// Method: save old bytes, then new ones, by each protocol; cut the power everywhere and look at
// every disk that can be left. A state is torn when the file is neither, and breaks a promise when
// the new bytes were promised and the old ones are there.
#include "faults/power/crash_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/checkpoint/save.h"

namespace trainwreck {
namespace {

const std::string kOldBytes(1500, 'o');
const std::string kNewBytes(2000, 'n');

// What a protocol can do without, to see that it cannot.
enum class Without { nothing, sync, directory_sync, rename };

// A disk that leaves one kind of operation out.
class Careless final : public FileSystem {
 public:
  Careless(SimFileSystem& disk, Without without) : disk_(disk), without_(without) {}

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    if (without_ != Without::sync) return disk_.create(path);
    return std::make_unique<Unsynced>(disk_.create(path));
  }
  std::unique_ptr<WritableFile> open_append(const std::string& path) override {
    return disk_.open_append(path);
  }
  std::string read(const std::string& path) override { return disk_.read(path); }
  bool exists(const std::string& path) override { return disk_.exists(path); }
  bool is_directory(const std::string& path) override { return disk_.is_directory(path); }
  std::int64_t size(const std::string& path) override { return disk_.size(path); }
  void rename(const std::string& from, const std::string& to) override {
    if (without_ != Without::rename) return disk_.rename(from, to);
    const auto file = disk_.create(to);
    file->append(disk_.read(from));
    file->sync();
    disk_.remove(from);
  }
  void remove(const std::string& path) override { disk_.remove(path); }
  void make_directory(const std::string& path) override { disk_.make_directory(path); }
  void remove_directory(const std::string& path) override { disk_.remove_directory(path); }
  std::vector<std::string> list(const std::string& path) override { return disk_.list(path); }
  void sync_directory(const std::string& path) override {
    if (without_ != Without::directory_sync) disk_.sync_directory(path);
  }
  std::int64_t free_bytes(const std::string& path) override { return disk_.free_bytes(path); }

 private:
  class Unsynced final : public WritableFile {
   public:
    explicit Unsynced(std::unique_ptr<WritableFile> file) : file_(std::move(file)) {}
    void append(std::string_view bytes) override { file_->append(bytes); }
    void sync() override {}
    void close() override { file_->close(); }

   private:
    std::unique_ptr<WritableFile> file_;
  };

  SimFileSystem& disk_;
  Without without_;
};

DiskStory saved(SaveProtocol protocol, Without without = Without::nothing) {
  SimFileSystem disk({{"m", kOldBytes}});
  Careless careless(disk, without);
  save_bytes(careless, "m", kNewBytes, protocol);
  return {.start = disk.start(),
          .operations = disk.operations(),
          .promises = {disk.operations().size()}};
}

struct Found {
  CrashCount count;
  std::uint64_t torn = 0;
  std::uint64_t broken_promises = 0;
  std::string torn_because;
  std::string promise_broken_because;
};

Found cut_everywhere(const DiskStory& story, PersistenceModel model,
                     const CrashBounds& bounds = {}) {
  Found found;
  found.count = for_each_crash_state(story, model, bounds, [&](const CrashState& state) {
    const auto file = state.files.find("m");
    const std::string bytes = file == state.files.end() ? "" : file->second;
    if (bytes != kOldBytes && bytes != kNewBytes) {
      if (found.torn++ == 0) found.torn_because = explain_state(story, state);
    } else if (state.promises > 0 && bytes != kNewBytes) {
      if (found.broken_promises++ == 0) {
        found.promise_broken_because = explain_broken_promise(story, state);
      }
    }
  });
  return found;
}

constexpr PersistenceModel kPowerCuts[] = {
    PersistenceModel::ext4_ordered, PersistenceModel::ordered_noalloc, PersistenceModel::weak};

TEST(CrashStates, DurableIsNeverTornAndKeepsEveryPromise) {
  const DiskStory story = saved(SaveProtocol::durable);
  for (const std::string_view name : persistence_models()) {
    const Found found = cut_everywhere(story, *persistence_model_named(name));
    EXPECT_EQ(found.torn, 0U) << name << ": " << found.torn_because;
    EXPECT_EQ(found.broken_promises, 0U) << name << ": " << found.promise_broken_because;
    EXPECT_GT(found.count.trees, 1U) << name;
  }
}

TEST(CrashStates, RenameSurvivesAKillButBreaksPromisesWhenThePowerGoes) {
  const DiskStory story = saved(SaveProtocol::rename);
  const Found killed = cut_everywhere(story, PersistenceModel::sigkill);
  EXPECT_EQ(killed.torn + killed.broken_promises, 0U);
  const Found cut = cut_everywhere(story, PersistenceModel::ext4_ordered);
  EXPECT_EQ(cut.torn, 0U);
  EXPECT_GT(cut.broken_promises, 0U);
  EXPECT_GT(cut_everywhere(story, PersistenceModel::ordered_noalloc).torn, 0U);
}

TEST(CrashStates, InPlaceIsTornByAMereKill) {
  const Found found = cut_everywhere(saved(SaveProtocol::in_place), PersistenceModel::sigkill);
  EXPECT_GT(found.torn, 3U);
  EXPECT_EQ(found.torn_because,
            "#0 create m is there, #1 append m is not yet: nothing makes the two one step");
}

TEST(CrashStates, WithoutTheSyncTheNewNameOvertakesItsBytes) {
  const DiskStory story = saved(SaveProtocol::durable, Without::sync);
  const Found found = cut_everywhere(story, PersistenceModel::ordered_noalloc);
  EXPECT_GT(found.torn, 0U);
  EXPECT_EQ(found.torn_because,
            "#1 append m.0.tmp is lost, #2 rename m.0.tmp to m is there: no sync of m.0.tmp "
            "between them");
}

TEST(CrashStates, WithoutTheDirectorySyncThePromiseIsBroken) {
  const DiskStory story = saved(SaveProtocol::durable, Without::directory_sync);
  for (const PersistenceModel model : kPowerCuts) {
    const Found found = cut_everywhere(story, model);
    EXPECT_EQ(found.torn, 0U);
    EXPECT_GT(found.broken_promises, 0U);
    EXPECT_EQ(found.promise_broken_because,
              "#3 rename m.0.tmp to m is lost although it was promised after #3 rename m.0.tmp to "
              "m: no sync of the directory . between them");
  }
}

TEST(CrashStates, WithoutTheRenameTheFileIsTorn) {
  const DiskStory story = saved(SaveProtocol::durable, Without::rename);
  for (const PersistenceModel model : kPowerCuts) {
    EXPECT_GT(cut_everywhere(story, model).torn, 0U) << name_of(model);
  }
}

// The save that is told of the failure promises nothing, and the old file stays.
TEST(CrashStates, AFailedSyncIsAnErrorAndLosesNothingThatWasPromised) {
  SimFileSystem disk({{"m", kOldBytes}});
  disk.fail_sync(0);
  EXPECT_THROW(save_bytes(disk, "m", kNewBytes, SaveProtocol::durable), IoError);
  const DiskStory story{.start = disk.start(), .operations = disk.operations(), .promises = {}};
  EXPECT_TRUE(story.operations[2].failed);
  EXPECT_EQ(cut_everywhere(story, PersistenceModel::fsync_fails).torn, 0U);
}

// The page cache counts them as written: whoever just tries again is told a lie.
TEST(CrashStates, ASecondSyncDoesNotBringBackWhatAFailedOneLost) {
  SimFileSystem disk;
  disk.fail_sync(0);
  const auto file = disk.create("m");
  file->append(kNewBytes);
  EXPECT_THROW(file->sync(), IoError);
  file->sync();
  disk.sync_directory(".");
  const DiskStory story{.start = {}, .operations = disk.operations(), .promises = {5}};
  EXPECT_GT(cut_everywhere(story, PersistenceModel::fsync_fails).torn, 0U);
}

TEST(CrashStates, BeyondTheBoundEveryPieceIsStillMissingOnce) {
  SimFileSystem disk;
  const auto file = disk.create("m");
  for (int piece = 0; piece < 12; ++piece) file->append("x");
  const DiskStory story{.start = {}, .operations = disk.operations(), .promises = {}};
  std::set<std::string> contents;
  const CrashCount count = for_each_crash_state(
      story, PersistenceModel::ext4_ordered, {.states_per_cut = 64}, [&](const CrashState& state) {
        if (state.done == story.operations.size() && state.files.contains("m")) {
          contents.insert(state.files.at("m"));
        }
      });
  EXPECT_GT(count.bounded, 0U);
  for (std::size_t missing = 0; missing + 1 < 12; ++missing) {
    std::string expected(12, 'x');
    expected[missing] = '\0';
    EXPECT_TRUE(contents.contains(expected)) << missing;
  }
}

// Together they are every combination: counted again by asking the disk for all of them.
TEST(CrashStates, ThePhasesShareTheStatesAmongThem) {
  SimFileSystem disk({{"m", kOldBytes}});
  save_bytes(disk, "m", std::string(3000, 'n'), SaveProtocol::durable);
  const DiskStory story{.start = disk.start(), .operations = disk.operations(), .promises = {}};
  for (const PersistenceModel model : kPowerCuts) {
    std::uint64_t all = 0;
    for (std::size_t done = 0; done <= story.operations.size(); ++done) {
      EveryChoice every;
      const auto history = std::span(story.operations).first(done);
      do {
        files_after_cut({.start = story.start, .done = history}, model, every.choice());
        ++all;
      } while (every.next());
    }
    EXPECT_EQ(cut_everywhere(story, model).count.states(), all) << name_of(model);
  }
}

TEST(CrashStates, TheSimplestStatesComeFirst) {
  const DiskStory story = saved(SaveProtocol::rename);
  std::vector<CrashPhase> phases;
  for_each_crash_state(story, PersistenceModel::weak, {}, [&](const CrashState& state) {
    if (phases.empty() || phases.back() != state.phase) phases.push_back(state.phase);
    switch (state.phase) {
      case CrashPhase::prefix:
        EXPECT_TRUE(state.losses.empty());
        break;
      case CrashPhase::one_lost:
        ASSERT_EQ(state.losses.size(), 1U);
        EXPECT_EQ(state.losses[0].kind, DiskLoss::Kind::gone);
        break;
      case CrashPhase::one_torn:
        ASSERT_EQ(state.losses.size(), 1U);
        EXPECT_NE(state.losses[0].kind, DiskLoss::Kind::gone);
        break;
      case CrashPhase::several:
        EXPECT_GT(state.losses.size(), 1U);
    }
  });
  EXPECT_EQ(phases, (std::vector{CrashPhase::prefix, CrashPhase::one_lost, CrashPhase::one_torn,
                                 CrashPhase::several}));
}

TEST(CrashStates, AStateIsShownOncePerDiskAndPromise) {
  const DiskStory story = saved(SaveProtocol::durable);
  std::set<std::pair<SimFileSystem::Files, std::size_t>> shown;
  std::uint64_t times = 0;
  for_each_crash_state(story, PersistenceModel::weak, {}, [&](const CrashState& state) {
    shown.insert({state.files, state.promises});
    ++times;
  });
  EXPECT_EQ(shown.size(), times);
}

}  // namespace
}  // namespace trainwreck
