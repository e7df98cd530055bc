#include "engine/checkpoint/pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/support/memory_files.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::MemoryFiles;

TEST(CheckpointPointer, SaysWhichFileAndWhichBytes) {
  MemoryFiles files;
  write_pointer(files, "latest", {"m-2.safetensors", "0123abcd"}, SaveProtocol::durable);
  const auto pointer = read_pointer(files, "latest");
  ASSERT_TRUE(pointer);
  EXPECT_EQ(pointer->target, "m-2.safetensors");
  EXPECT_EQ(pointer->checksum, "0123abcd");
  EXPECT_FALSE(read_pointer(files, "best"));
}

TEST(CheckpointPointer, IsReplacedInOneStep) {
  MemoryFiles files;
  write_pointer(files, "latest", {"m-1.safetensors", "0123abcd"}, SaveProtocol::durable);
  files.log.clear();
  write_pointer(files, "latest", {"m-2.safetensors", "0123abcd"}, SaveProtocol::durable);
  EXPECT_THAT(files.log, ElementsAre("list .", "create latest.0.tmp", "append latest.0.tmp",
                                     "sync latest.0.tmp", "close latest.0.tmp", "read latest.0.tmp",
                                     "rename latest.0.tmp latest", "syncdir ."));
}

TEST(CheckpointPointer, WhatIsNoneIsRefused) {
  MemoryFiles files;
  for (const char* text : {"", "m", "m\n", "m\n0123abcd", "m\n0123abcd\nmore\n", "\n0123abcd\n",
                           "a/m\n0123abcd\n", "../m\n0123abcd\n", "m\n0123\n"}) {
    files.contents["latest"] = text;
    EXPECT_THROW(read_pointer(files, "latest"), FormatError) << text;
  }
}

}  // namespace
}  // namespace trainwreck
