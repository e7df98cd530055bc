#include "faults/sim/sim_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;

int code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const IoError& error) {
    return error.code;
  }
  return 0;
}

TEST(SimFileSystem, BeginsWithAFolderWhereAPathEndsInASlash) {
  SimFileSystem disk({{"a/", ""}, {"b", "1"}});
  EXPECT_TRUE(disk.is_directory("a"));
  EXPECT_THAT(disk.list("."), ElementsAre("a", "b"));
  EXPECT_EQ(disk.files().size(), 1U);
}

TEST(SimFileSystem, FilesAndDirectoriesAreWhatTheyAreOnARealDisk) {
  SimFileSystem disk;
  EXPECT_EQ(code_of([&] { disk.create("a/b"); }), ENOENT);
  disk.make_directory("a/c");
  disk.create("./a/b")->append("12");
  disk.open_append("a/b")->append("34");
  EXPECT_EQ(disk.read("a/b"), "1234");
  EXPECT_EQ(disk.size("a/b"), 4);
  EXPECT_THAT(disk.list("a"), ElementsAre("b", "c"));
  EXPECT_THAT(disk.list("."), ElementsAre("a"));
  EXPECT_EQ(code_of([&] { disk.create("a/c"); }), EISDIR);
  EXPECT_EQ(code_of([&] { disk.create("a/b/d"); }), ENOTDIR);
  EXPECT_EQ(code_of([&] { disk.read("a"); }), EISDIR);
  EXPECT_EQ(code_of([&] { disk.read("nothing"); }), ENOENT);
  disk.remove_directory("a");
  EXPECT_FALSE(disk.exists("a/b"));
}

TEST(SimFileSystem, IsFullWhenItsRoomIsUsed) {
  SimFileSystem disk({{"a", "1234"}}, 10);
  EXPECT_EQ(disk.free_bytes("."), 6);
  const auto file = disk.create("b");
  file->append("123456");
  EXPECT_EQ(code_of([&] { file->append("7"); }), ENOSPC);
  disk.remove("a");
  EXPECT_EQ(disk.free_bytes("."), 4);
  disk.create("b");
  EXPECT_EQ(disk.free_bytes("."), 10);
}

TEST(SimFileSystem, AFrozenDiskChangesNoMore) {
  SimFileSystem disk(SimFileSystem::Files{{"a", "1"}});
  const auto file = disk.open_append("a");
  disk.freeze();
  file->append("2");
  disk.create("b");
  disk.rename("a", "c");
  disk.remove("a");
  EXPECT_EQ(disk.files(), (SimFileSystem::Files{{"a", "1"}}));
  EXPECT_TRUE(disk.operations().empty());
  disk.replace(disk.files());
  disk.remove("a");
  EXPECT_TRUE(disk.files().empty()) << "a new state works again";
}

TEST(SimFileSystem, CountsOpenFiles) {
  SimFileSystem disk;
  auto file = disk.create("a");
  EXPECT_EQ(disk.open_files(), 1);
  file->close();
  EXPECT_EQ(disk.open_files(), 0);
  file.reset();
  EXPECT_EQ(disk.open_files(), 0);
}

TEST(SimFileSystem, RemembersWhatWasDoneSinceItsStart) {
  SimFileSystem disk(SimFileSystem::Files{{"a", "1"}});
  disk.create("b")->append("xy");
  disk.rename("b", "a");
  ASSERT_EQ(disk.operations().size(), 3U);
  EXPECT_EQ(disk.operations()[1].bytes, "xy");
  EXPECT_EQ(disk.operations()[2].to, "a");
  EXPECT_EQ(disk.start(), (SimFileSystem::Files{{"a", "1"}}));
}

}  // namespace
}  // namespace trainwreck
