// Method: names are asked for by this process, by a child that is gone and by one that lives.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <regex>

#include "engine/seams/file_system.h"
#include "tests/support/memory_files.h"

namespace trainwreck {
namespace {

TEST(TemporaryNames, NoTwoAreAlikeOnARealDisk) {
  const auto files = real_file_system();
  const std::string one = files->temporary_beside("d/m");
  const std::string other = files->temporary_beside("d/m");
  EXPECT_NE(one, other);
  for (const std::string& name : {one, other}) {
    EXPECT_TRUE(is_temporary(name));
    EXPECT_EQ(directory_of(name), "d");
    EXPECT_TRUE(is_temporary_of(name.substr(2), "m")) << name;
  }
}

TEST(TemporaryNames, AreThoseOfOneTargetAlone) {
  EXPECT_TRUE(is_temporary_of("m.0.tmp", "m"));
  EXPECT_TRUE(is_temporary_of("m.12-345-6.tmp", "m"));
  for (const char* other : {"m2.0.tmp", "m.x.tmp", "m.0.tmp2", "m.tmp", "mm.1.tmp", "m..tmp"}) {
    EXPECT_FALSE(is_temporary_of(other, "m")) << other;
  }
}

// As temporary_beside() names it in another process of this machine.
std::string named_by(pid_t process, FileSystem& files) {
  const std::string own = files.temporary_beside("m");
  return std::regex_replace(own, std::regex("-[0-9]+-"), "-" + std::to_string(process) + "-");
}

TEST(TemporaryNames, ALivingProcessKeepsItsOwn) {
  const auto files = real_file_system();
  EXPECT_FALSE(files->is_abandoned(named_by(::getppid(), *files)));
  EXPECT_FALSE(files->is_abandoned(files->temporary_beside("m"))) << "another thread's, perhaps";
}

TEST(TemporaryNames, ADeadProcessHasLeftItsOwn) {
  const auto files = real_file_system();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(files->is_abandoned(named_by(child, *files)));
}

// Its processes cannot be asked, so its files are safe while they are fresh.
TEST(TemporaryNames, AnotherMachinesFreshFileIsLeftAlone) {
  const auto files = real_file_system();
  const std::string theirs = ::testing::TempDir() + "m.1-1-0.tmp";
  std::ofstream(theirs) << "half";
  EXPECT_FALSE(files->is_abandoned(theirs));
  const timespec long_ago[2] = {{.tv_sec = 1'000'000, .tv_nsec = 0},
                                {.tv_sec = 1'000'000, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, theirs.c_str(), long_ago, 0), 0);
  EXPECT_TRUE(files->is_abandoned(theirs));
  ::unlink(theirs.c_str());
}

TEST(TemporaryNames, OnADiskOfOneProcessTheyAreCounted) {
  testing::MemoryFiles files;
  files.contents["m.0.tmp"] = "half";
  EXPECT_EQ(files.temporary_beside("m"), "m.1.tmp");
  EXPECT_TRUE(files.is_abandoned("m.0.tmp"));
}

}  // namespace
}  // namespace trainwreck
