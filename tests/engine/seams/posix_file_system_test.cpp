#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

// A directory of its own for every test, gone afterwards.
class PosixFileSystem : public ::testing::Test {
 protected:
  PosixFileSystem() {
    std::string pattern = testing::TempDir() + "trainwreck-files-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
  }
  ~PosixFileSystem() override { std::filesystem::remove_all(root_); }

  std::string at(const std::string& name) const { return root_ + "/" + name; }

  void write(const std::string& name, std::string_view bytes) {
    const auto file = files_->create(at(name));
    file->append(bytes);
    file->close();
  }

  template <class Call>
  int code_of(Call call) {
    try {
      call();
    } catch (const IoError& error) {
      return error.code;
    }
    return 0;
  }

  std::string root_;
  std::unique_ptr<FileSystem> files_ = real_file_system();
};

TEST_F(PosixFileSystem, WritesManyBytesInOrder) {
  std::string bytes;
  for (int i = 0; i < 2'500'000; ++i) bytes += std::to_string(i);
  for (const char* mode : {"create", "append"}) {
    const auto file = mode[0] == 'c' ? files_->create(at("big")) : files_->open_append(at("big"));
    file->append("x");
    file->append(bytes);
    file->sync();
    file->close();
  }
  EXPECT_TRUE(files_->read(at("big")) == "x" + bytes + "x" + bytes);
}

TEST_F(PosixFileSystem, ReadsAPart) {
  const auto file = files_->create(at("m"));
  file->append("0123456789");
  file->close();
  const auto part = [&](std::int64_t offset, std::size_t size) {
    std::string bytes(size, '?');
    files_->read_part(at("m"), offset, bytes);
    return bytes;
  };
  EXPECT_EQ(part(0, 4), "0123");
  EXPECT_EQ(part(6, 4), "6789");
  EXPECT_EQ(part(8, 4), "89");
  EXPECT_EQ(part(10, 4), "");
  EXPECT_EQ(part(99, 4), "");
  std::string bytes(1, '?');
  EXPECT_THROW(files_->read_part(at("none"), 0, bytes), IoError);
}

TEST_F(PosixFileSystem, ReadsWhatWasWritten) {
  const auto file = files_->create(at("a"));
  file->append("one ");
  file->append("");
  file->append(std::string_view("t\0o", 3));
  file->sync();
  file->close();
  EXPECT_EQ(files_->read(at("a")), std::string("one t\0o", 7));
  EXPECT_EQ(files_->size(at("a")), 7);
}

TEST_F(PosixFileSystem, ReadsMegabytesAndNothing) {
  std::string big(3'000'000, 'x');
  big.back() = 'y';
  write("big", big);
  write("empty", "");
  EXPECT_EQ(files_->read(at("big")), big);
  EXPECT_EQ(files_->read(at("empty")), "");
}

TEST_F(PosixFileSystem, ReadsFilesThatClaimToBeEmpty) {
  EXPECT_NE(files_->read("/proc/self/status").find("Name:"), std::string::npos);
}

TEST_F(PosixFileSystem, CreatingTruncatesAndAppendingDoesNot) {
  write("a", "old");
  files_->open_append(at("a"))->append("+new");
  EXPECT_EQ(files_->read(at("a")), "old+new");
  files_->open_append(at("b"))->append("first");
  EXPECT_EQ(files_->read(at("b")), "first");
  files_->create(at("a"));
  EXPECT_EQ(files_->read(at("a")), "");
}

TEST_F(PosixFileSystem, RenamingReplaces) {
  write("a", "new");
  write("b", "old");
  files_->rename(at("a"), at("b"));
  EXPECT_FALSE(files_->exists(at("a")));
  EXPECT_EQ(files_->read(at("b")), "new");
}

TEST_F(PosixFileSystem, KnowsFilesFromDirectories) {
  write("a", "");
  EXPECT_TRUE(files_->exists(at("a")));
  EXPECT_FALSE(files_->is_directory(at("a")));
  EXPECT_TRUE(files_->is_directory(root_));
  EXPECT_FALSE(files_->exists(at("a/b")));
  EXPECT_FALSE(files_->is_directory(at("none")));
}

TEST_F(PosixFileSystem, MakesDirectoriesWithTheirParents) {
  files_->make_directory(at("x/y/z"));
  files_->make_directory(at("x/y/z"));
  EXPECT_TRUE(files_->is_directory(at("x/y/z")));
  files_->sync_directory(at("x/y"));
  write("x/file", "");
  EXPECT_EQ(files_->list(at("x")), (std::vector<std::string>{"file", "y"}));
  EXPECT_EQ(code_of([&] { files_->make_directory(at("x/file")); }), EEXIST);
  EXPECT_EQ(code_of([&] { files_->make_directory(at("x/file/sub")); }), ENOTDIR);
}

TEST_F(PosixFileSystem, RemovesOnlyWhatItIsAskedTo) {
  write("keep", "kept");
  files_->make_directory(at("gone/deep"));
  write("gone/deep/file", "");
  std::filesystem::create_symlink(at("keep"), at("gone/link"));
  files_->remove_directory(at("gone"));
  EXPECT_EQ(files_->list(root_), std::vector<std::string>{"keep"});
  EXPECT_EQ(code_of([&] { files_->remove_directory(at("keep")); }), ENOTDIR);
  EXPECT_EQ(code_of([&] { files_->remove_directory(at("gone")); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->remove(root_); }), EISDIR);
  files_->remove(at("keep"));
  EXPECT_TRUE(files_->list(root_).empty());
}

TEST_F(PosixFileSystem, WhatIsMissingIsAnErrorThatNamesIt) {
  const std::string none = at("none");
  EXPECT_EQ(code_of([&] { files_->read(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->size(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->remove(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->list(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->sync_directory(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->free_bytes(none); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->create(none + "/a"); }), ENOENT);
  EXPECT_EQ(code_of([&] { files_->read(root_); }), EISDIR);
  try {
    files_->rename(none, at("b"));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_EQ(error.what(), "cannot rename " + none + ": No such file or directory (ENOENT)");
  }
}

TEST_F(PosixFileSystem, ThereIsRoomOnTheDisk) { EXPECT_GT(files_->free_bytes(root_), 0); }

TEST_F(PosixFileSystem, AFullDiskIsAnError) {
  if (!files_->exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto file = files_->open_append("/dev/full");
  EXPECT_EQ(code_of([&] { file->append("x"); }), ENOSPC);
}

// Method: a file size limit lets the kernel take only a part of the write, as a filling disk does;
// the rest of it then fails.
TEST_F(PosixFileSystem, AShortWriteIsContinuedUntilItFails) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto file = files_->create(at("limited"));
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = 1000;
  ::setrlimit(RLIMIT_FSIZE, &limited);
  const int code = code_of([&] { file->append(std::string(1500, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(code, EFBIG);
  EXPECT_EQ(files_->size(at("limited")), 1000);
}

TEST_F(PosixFileSystem, AClosedFileTakesNothing) {
  const auto file = files_->create(at("a"));
  file->close();
  EXPECT_EQ(code_of([&] { file->append("x"); }), EBADF);
  EXPECT_EQ(code_of([&] { file->sync(); }), EBADF);
  EXPECT_EQ(code_of([&] { file->close(); }), EBADF);
}

TEST_F(PosixFileSystem, AClosedFileLeavesTheNextOneAlone) {
  auto closed = files_->create(at("a"));
  closed->close();
  const auto next = files_->create(at("b"));  // gets the number that just became free
  closed.reset();
  next->append("still open");
  next->close();
  EXPECT_EQ(files_->read(at("b")), "still open");
}

TEST_F(PosixFileSystem, ForgottenFilesAreClosed) {
  const auto open_files = [&] { return files_->list("/proc/self/fd").size(); };
  const std::size_t before = open_files();
  for (int i = 0; i < 3; ++i) files_->create(at("a"));
  EXPECT_EQ(open_files(), before);
}

TEST(DirectoryOf, IsThePathWithoutItsLastName) {
  EXPECT_EQ(directory_of("a/b/c.txt"), "a/b");
  EXPECT_EQ(directory_of("c.txt"), ".");
  EXPECT_EQ(directory_of("/c.txt"), "/");
  EXPECT_EQ(directory_of("a/b/"), "a/b");
}

TEST(PathIn, JoinsADirectoryAndAName) {
  EXPECT_EQ(path_in("a/b", "c.txt"), "a/b/c.txt");
  EXPECT_EQ(path_in(".", "c.txt"), "c.txt");
  EXPECT_EQ(path_in("/", "c.txt"), "/c.txt");
}

}  // namespace
}  // namespace trainwreck
