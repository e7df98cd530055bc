#include "engine/checkpoint/save.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/base/errors.h"
#include "tests/support/memory_files.h"
#include "tests/support/scripted_run.h"
#include "tests/support/temporary_folder.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::MemoryFiles;

constexpr SaveProtocol kAtomic[] = {SaveProtocol::rename, SaveProtocol::durable};

TEST(SaveBytes, InPlaceWritesOverTheOldBytes) {
  MemoryFiles files;
  files.contents["m"] = "old";
  save_bytes(files, "m", "new", SaveProtocol::in_place);
  EXPECT_EQ(files.contents["m"], "new");
  EXPECT_THAT(files.log, ElementsAre("create m", "append m", "close m"));
}

TEST(SaveBytes, DurableBytesAreReadBackUnlessNobodyWantsIt) {
  for (const Verification wanted : {Verification::none, Verification::read_back}) {
    MemoryFiles files;
    files.on_read = [](const std::string&, std::string) { return std::string("rotten"); };
    const SaveManner manner(SaveProtocol::durable, wanted);
    if (wanted == Verification::none) {
      EXPECT_NO_THROW(save_bytes(files, "m", "new", manner));
    } else {
      EXPECT_THROW(save_bytes(files, "m", "new", manner), FormatError);
    }
  }
}

TEST(SaveBytes, InPlaceFailureDestroysTheOldBytes) {
  MemoryFiles files;
  files.contents["m"] = "old";
  files.refuse("append", ENOSPC);
  EXPECT_THROW(save_bytes(files, "m", "new", SaveProtocol::in_place), IoError);
  EXPECT_EQ(files.contents["m"], "");
}

TEST(SaveBytes, RenameWritesBesideAndThenReplaces) {
  MemoryFiles files;
  files.contents["m"] = "old";
  save_bytes(files, "m", "new", SaveProtocol::rename);
  EXPECT_EQ(files.contents["m"], "new");
  EXPECT_THAT(files.log, ElementsAre("list .", "create m.0.tmp", "append m.0.tmp", "close m.0.tmp",
                                     "rename m.0.tmp m"));
}

// C2: data before name, name before directory.
TEST(SaveBytes, DurableSyncsVerifiesRenamesAndSyncsTheDirectoryInThisOrder) {
  MemoryFiles files;
  files.directories.insert("d");
  save_bytes(files, "d/m", "new", SaveProtocol::durable);
  EXPECT_THAT(files.log, ElementsAre("list d", "create d/m.0.tmp", "append d/m.0.tmp",
                                     "sync d/m.0.tmp", "close d/m.0.tmp", "read d/m.0.tmp",
                                     "rename d/m.0.tmp d/m", "syncdir d"));
}

// Method: every single operation of a save fails once. Before the rename the old bytes must be
// there, after it the new ones; a temporary must never be.
TEST(SaveBytes, WhateverFailsTheFileIsWholeAndNoTemporaryIsLeft) {
  for (const SaveProtocol protocol : kAtomic) {
    for (const char* operation :
         {"create", "append", "sync m.0.tmp", "close", "read", "rename", "syncdir"}) {
      MemoryFiles files;
      files.contents["m"] = "old";
      files.refuse(operation, EIO, 1);
      bool failed = false;
      try {
        save_bytes(files, "m", "new", protocol);
      } catch (const IoError& error) {
        failed = true;
        EXPECT_EQ(error.code, EIO);
      }
      const bool renamed = std::string(operation) == "syncdir" || !failed;
      EXPECT_EQ(files.contents["m"], renamed ? "new" : "old") << operation;
      EXPECT_THAT(files.names(), ElementsAre("m")) << operation;
    }
  }
}

TEST(SaveBytes, DurableNoticesBytesThatReadBackDifferently) {
  MemoryFiles files;
  files.contents["m"] = "old";
  files.on_read = [](const std::string&, std::string bytes) {
    bytes[1] = 'x';
    return bytes;
  };
  try {
    save_bytes(files, "m", "new", SaveProtocol::durable);
    FAIL() << "no error";
  } catch (const FormatError& error) {
    EXPECT_STREQ(error.what(), "m.0.tmp does not read back as it was written (at byte 1)");
  }
  EXPECT_EQ(files.contents["m"], "old");
  EXPECT_THAT(files.names(), ElementsAre("m"));
}

// Big pieces are written from where they are and read back in parts.
TEST(SaveBytes, PiecesOfAnySizeAreOneFile) {
  std::string big(3'000'000, 'b');
  for (std::size_t i = 0; i < big.size(); i += 4096) big[i] = static_cast<char>(i / 4096);
  const std::string_view pieces[] = {"head", big, "", "middle", big, "tail"};
  MemoryFiles files;
  save_bytes(files, "m", Pieces(pieces), SaveProtocol::durable);
  EXPECT_EQ(files.contents["m"], "head" + big + "middle" + big + "tail");
  EXPECT_EQ(std::count(files.log.begin(), files.log.end(), "append m.0.tmp"), 5);
  files.log.clear();
  const std::string_view small[] = {"head", "middle", "tail"};
  save_bytes(files, "m", Pieces(small), SaveProtocol::durable);
  EXPECT_EQ(std::count(files.log.begin(), files.log.end(), "append m.0.tmp"), 1);
}

TEST(SaveBytes, DurableNoticesASingleOtherByteWhereverItIs) {
  const std::string big(600'000, 'b');
  const std::string_view pieces[] = {"head", big};
  const std::size_t size = big.size() + 4;
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{5}, std::size_t{262'143}, std::size_t{262'144}, size - 1}) {
    MemoryFiles files;
    files.on_read = [at](const std::string&, std::string bytes) {
      bytes[at] ^= 1;
      return bytes;
    };
    EXPECT_EQ(error_of<FormatError>(
                  [&] { save_bytes(files, "m", Pieces(pieces), SaveProtocol::durable); }),
              "m.0.tmp does not read back as it was written (at byte " + std::to_string(at) + ")");
  }
  for (const int more : {-1, 1}) {
    MemoryFiles files;
    files.on_read = [more](const std::string&, std::string bytes) {
      bytes.resize(bytes.size() + static_cast<std::size_t>(more), 'b');
      return bytes;
    };
    EXPECT_THROW(save_bytes(files, "m", Pieces(pieces), SaveProtocol::durable), FormatError);
  }
}

TEST(SaveBytes, TemporaryThatCannotBeRemovedDoesNotHideTheError) {
  MemoryFiles files;
  files.refuse("append", ENOSPC);
  files.refuse("remove", EACCES);
  try {
    save_bytes(files, "m", "new", SaveProtocol::durable);
    FAIL() << "no error";
  } catch (const IoError& error) {
    EXPECT_EQ(error.code, ENOSPC);
  }
}

// They are gone before anything is written: a crash that comes again and again must not fill the
// disk with them.
TEST(SaveBytes, LeftoversNeverBlockAndAreCleanedUpByTheNextSave) {
  MemoryFiles files;
  files.contents["m.0.tmp"] = "half";
  files.contents["m.7.tmp"] = "half";
  EXPECT_THAT(save_bytes(files, "m", "new", SaveProtocol::durable), IsEmpty());
  EXPECT_THAT(files.names(), ElementsAre("m"));
  ASSERT_GT(files.log.size(), 3U);
  files.log.resize(4);
  EXPECT_THAT(files.log,
              ElementsAre("list .", "remove m.0.tmp", "remove m.7.tmp", "create m.0.tmp"));
}

TEST(SaveBytes, OnlyItsOwnLeftoversAreRemoved) {
  MemoryFiles files;
  for (const char* other : {"m2.0.tmp", "m.x.tmp", "m.0.tmp2", "m.tmp", "mm.1.tmp", "m..tmp"}) {
    files.contents[other] = "other";
  }
  save_bytes(files, "m", "new", SaveProtocol::rename);
  EXPECT_EQ(files.contents.size(), 7U);
}

TEST(SaveBytes, LeftoverThatCannotBeRemovedIsReportedButNoFailure) {
  MemoryFiles files;
  files.contents["m.7.tmp"] = "half";
  files.refuse("remove", EACCES);
  EXPECT_THAT(save_bytes(files, "m", "new", SaveProtocol::rename), ElementsAre("m.7.tmp"));
  EXPECT_EQ(files.contents["m"], "new");
}

TEST(SaveBytes, MakesMissingDirectoriesAndSyncsTheirParents) {
  MemoryFiles files;
  save_bytes(files, "a/b/m", "new", SaveProtocol::durable);
  EXPECT_EQ(files.contents["a/b/m"], "new");
  EXPECT_EQ((std::vector<std::string>(files.log.begin(), files.log.begin() + 4)),
            (std::vector<std::string>{"mkdir a", "syncdir .", "mkdir a/b", "syncdir a"}));
}

TEST(SaveBytes, DirectoryInTheFilesPlaceIsAnError) {
  for (const SaveProtocol protocol :
       {SaveProtocol::in_place, SaveProtocol::rename, SaveProtocol::durable}) {
    MemoryFiles files;
    files.directories.insert("m");
    try {
      save_bytes(files, "m", "new", protocol);
      FAIL() << "no error";
    } catch (const IoError& error) {
      EXPECT_EQ(error.code, EISDIR);
    }
  }
}

TEST(SaveBytes, FileInTheDirectorysPlaceIsAnError) {
  MemoryFiles files;
  files.contents["f"] = "file";
  try {
    save_bytes(files, "f/m", "new", SaveProtocol::in_place);
    FAIL() << "no error";
  } catch (const IoError& error) {
    EXPECT_EQ(error.code, ENOTDIR);
  }
}

// Method: the process dies at every single operation; what a crash left must be the old file or the
// new one.
TEST(SaveBytes, DeathAnywhereLeavesAWholeFile) {
  for (const SaveProtocol protocol : kAtomic) {
    for (const char* operation : {"create", "append", "sync", "close", "read", "rename", "list"}) {
      MemoryFiles files;
      files.contents["m"] = "old";
      files.die_at(operation);
      try {
        save_bytes(files, "m", "new", protocol);
      } catch (const Death&) {
      }
      EXPECT_THAT(files.contents["m"], ::testing::AnyOf("old", "new")) << operation;
    }
  }
}

// None takes the other's temporary for a leftover.
TEST(SaveThreads, OfOneProcessCanShareAPath) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.at("m");
  const auto files = real_file_system();
  std::atomic<int> failures{0};
  const auto save_often = [&](char who) {
    for (int i = 0; i < 200; ++i) {
      try {
        save_bytes(*files, path, std::string(5000, who), SaveProtocol::durable);
      } catch (const std::exception&) {
        ++failures;
      }
    }
  };
  std::thread other(save_often, 'b');
  save_often('a');
  other.join();
  EXPECT_EQ(failures, 0);
  const std::string bytes = files->read(path);
  EXPECT_EQ(bytes, std::string(5000, bytes[0]));
  EXPECT_EQ(files->list(folder.path()).size(), 1U);
}

}  // namespace
}  // namespace trainwreck
