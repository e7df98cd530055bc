#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"
#include "faults/power/disk_replay.h"

namespace trainwreck {
namespace {

using Files = SimFileSystem::Files;
using ::testing::Contains;
using ::testing::Not;

const Files kOld{{"model", "OLDOLDOL"}};
const Files kNew{{"model", "abcdefgh"}};

// All states that a power cut can leave of what was done to the disk.
std::set<Files> states(const SimFileSystem& disk, PersistenceModel model) {
  std::set<Files> found;
  EveryChoice every;
  do {
    found.insert(
        files_after_cut({.start = disk.start(), .done = disk.operations()}, model, every.choice()));
  } while (every.next());
  return found;
}

struct Protocol {
  bool sync = false;
  bool sync_directory = false;
};

// Four chunks under another name, then the new name.
std::set<Files> after_rename(Protocol protocol, PersistenceModel model, Files start = kOld) {
  SimFileSystem disk(std::move(start));
  const auto file = disk.create("model.tmp");
  for (const char* chunk : {"ab", "cd", "ef", "gh"}) file->append(chunk);
  if (protocol.sync) file->sync();
  file->close();
  disk.rename("model.tmp", "model");
  if (protocol.sync_directory) disk.sync_directory(".");
  return states(disk, model);
}

std::set<Files> after_overwriting(bool sync, PersistenceModel model) {
  SimFileSystem disk(kOld);
  const auto file = disk.create("model");
  for (const char* chunk : {"ab", "cd", "ef", "gh"}) file->append(chunk);
  if (sync) file->sync();
  return states(disk, model);
}

// States in which neither the old nor the new contents are there.
std::int64_t broken(const std::set<Files>& states) {
  return std::count_if(states.begin(), states.end(), [](const Files& files) {
    const auto model = files.find("model");
    return model == files.end() || (model->second != "OLDOLDOL" && model->second != "abcdefgh");
  });
}

constexpr Protocol kBare{};
constexpr Protocol kSynced{.sync = true};
constexpr Protocol kDurable{.sync = true, .sync_directory = true};

TEST(Persistence, AKilledProcessLosesNothingThatItWrote) {
  EXPECT_EQ(after_rename(kBare, PersistenceModel::sigkill), std::set<Files>{kNew});
}

// Before the rename any subset of the four chunks may be there, the new name has forced them all.
TEST(Persistence, Ext4WritesAReplacedFilesDataBeforeItsName) {
  const auto left = after_rename(kBare, PersistenceModel::ext4_ordered);
  EXPECT_EQ(left.size(), 1U + 16U + 1U);
  EXPECT_EQ(broken(left), 0);
}

TEST(Persistence, WithoutThatPromiseANameOvertakesItsData) {
  const auto left = after_rename(kBare, PersistenceModel::ordered_noalloc);
  EXPECT_EQ(left.size(), 1U + 16U + 16U);
  EXPECT_EQ(broken(left), 15);
  EXPECT_THAT(left, Contains(Files{{"model", ""}}));
}

TEST(Persistence, ANameThatIsNewForcesNothing) {
  const auto left = after_rename(kBare, PersistenceModel::ext4_ordered, {});
  EXPECT_THAT(left, Contains(Files{{"model", ""}}));
}

TEST(Persistence, ASyncedFileIsWholeUnderEitherName) {
  for (const PersistenceModel model :
       {PersistenceModel::ext4_ordered, PersistenceModel::ordered_noalloc}) {
    const auto left = after_rename(kSynced, model);
    EXPECT_EQ(left.size(), 2U);
    EXPECT_EQ(broken(left), 0);
    EXPECT_THAT(left, Contains(kNew));
  }
}

TEST(Persistence, OnlyASyncedDirectoryKeepsTheNewName) {
  for (const PersistenceModel model : {PersistenceModel::sigkill, PersistenceModel::ext4_ordered,
                                       PersistenceModel::ordered_noalloc, PersistenceModel::weak}) {
    EXPECT_EQ(after_rename(kDurable, model), std::set<Files>{kNew}) << name_of(model);
  }
}

TEST(Persistence, OnAWeakDiskEachSyncIsNeeded) {
  EXPECT_GT(broken(after_rename(kBare, PersistenceModel::weak)), 15);
  const auto synced = after_rename(kSynced, PersistenceModel::weak);
  EXPECT_EQ(broken(synced), 0);
  EXPECT_THAT(synced, Contains(kOld));
}

TEST(Persistence, OverwritingInPlaceIsBrokenInMostStates) {
  const auto left = after_overwriting(false, PersistenceModel::ext4_ordered);
  EXPECT_EQ(left.size(), 1U + 16U);
  EXPECT_EQ(broken(left), 15);
  EXPECT_EQ(after_overwriting(true, PersistenceModel::ext4_ordered), std::set<Files>{kNew});
}

// Whoever does not listen to the sync renames what may never have reached the disk.
TEST(Persistence, ASyncThatFailedMayHaveLostWhatItWasFor) {
  SimFileSystem disk(kOld);
  disk.fail_sync(0);
  const auto file = disk.create("model.tmp");
  file->append("abcdefgh");
  EXPECT_THROW(file->sync(), IoError);
  file->close();
  disk.rename("model.tmp", "model");
  disk.sync_directory(".");
  const auto left = states(disk, PersistenceModel::fsync_fails);
  EXPECT_THAT(left, Contains(Files{{"model", ""}}));
  EXPECT_THAT(left, Contains(kNew));
}

TEST(Persistence, AHoleHasZeros) {
  SimFileSystem disk;
  const auto file = disk.create("a");
  disk.sync_directory(".");
  file->append("xy");
  file->append("z");
  EXPECT_THAT(states(disk, PersistenceModel::ext4_ordered),
              Contains(Files{{"a", std::string("\0\0z", 3)}}));
}

// Keras's backup: weights first, then the metadata that says which epoch they are of.
TEST(Persistence, NamesAndCutsKeepTheirOrder) {
  SimFileSystem disk({{"weights", "w1"}, {"meta", "m1"}});
  disk.create("weights")->append("w2");
  disk.create("meta")->append("m2");
  for (const Files& files : states(disk, PersistenceModel::ext4_ordered)) {
    EXPECT_FALSE(files.at("weights") == "w1" && files.at("meta") != "m1");
  }
  EXPECT_THAT(states(disk, PersistenceModel::ext4_ordered),
              Contains(Files{{"weights", ""}, {"meta", "m2"}}));
  EXPECT_THAT(states(disk, PersistenceModel::weak),
              Contains(Files{{"weights", "w1"}, {"meta", "m2"}}));
}

TEST(Persistence, ARemovedFileMayComeBack) {
  SimFileSystem disk(kOld);
  disk.remove("model");
  EXPECT_EQ(states(disk, PersistenceModel::ext4_ordered), (std::set<Files>{kOld, {}}));
  disk.sync_directory(".");
  EXPECT_EQ(states(disk, PersistenceModel::ext4_ordered), std::set<Files>{{}});
}

TEST(Persistence, OfAWriteInFlightAnyPartMayBeThere) {
  SimFileSystem disk;
  disk.create("a");
  disk.sync_directory(".");
  const DiskOperation write{
      .kind = DiskOperation::Kind::append, .path = "a", .bytes = std::string(1200, 'x')};
  std::set<std::size_t> sizes;
  EveryChoice every;
  do {
    const Files files =
        files_after_cut({.start = disk.start(), .done = disk.operations(), .in_flight = &write},
                        PersistenceModel::sigkill, every.choice());
    sizes.insert(files.at("a").size());
  } while (every.next());
  EXPECT_EQ(sizes, (std::set<std::size_t>{0, 1, 512, 600, 1024, 1199, 1200}));
}

TEST(Persistence, ChanceGivesOneOfTheLegalStates) {
  SimFileSystem disk(kOld);
  const auto file = disk.create("model.tmp");
  for (const char* chunk : {"ab", "cd", "ef", "gh"}) file->append(chunk);
  disk.rename("model.tmp", "model");
  const auto legal = states(disk, PersistenceModel::weak);
  std::set<Files> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto left =
        files_after_cut({.start = disk.start(), .done = disk.operations()}, PersistenceModel::weak,
                        random_choice(Random(seed, Purpose::fault)));
    EXPECT_TRUE(legal.contains(left));
    seen.insert(left);
  }
  EXPECT_GT(seen.size(), 20U);
}

TEST(Persistence, ModelsHaveNames) {
  for (const std::string_view name : persistence_models()) {
    ASSERT_TRUE(persistence_model_named(name));
    EXPECT_EQ(name_of(*persistence_model_named(name)), name);
    EXPECT_FALSE(help_of(*persistence_model_named(name)).empty());
  }
  EXPECT_EQ(persistence_model_named("ext3"), std::nullopt);
}

}  // namespace
}  // namespace trainwreck
