#include "engine/base/errors.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

namespace trainwreck {
namespace {

TEST(Errors, AnIoErrorSaysWhatWhereAndWhy) {
  const IoError full("rename", "ckpt/a.tmp", ENOSPC);
  EXPECT_STREQ(full.what(), "cannot rename ckpt/a.tmp: No space left on device (ENOSPC)");
  EXPECT_EQ(full.code, ENOSPC);
  EXPECT_STREQ(IoError("read", "x", EIO).what(), "cannot read x: Input/output error (EIO)");
  EXPECT_TRUE(std::string(IoError("read", "x", 12345).what()).ends_with("(errno 12345)"));
}

TEST(Errors, AFormatErrorSaysWhere) {
  const FormatError error("the header ends early", 12);
  EXPECT_STREQ(error.what(), "the header ends early (at byte 12)");
  EXPECT_EQ(error.offset, 12);
}

TEST(Errors, OutOfMemorySaysForWhatAndHowMuch) {
  const OutOfMemory error("forward", 1234, 56);
  EXPECT_STREQ(error.what(), "out of memory for forward: wanted 1234 bytes, 56 left");
  EXPECT_EQ(error.wanted(), 1234);
  EXPECT_EQ(error.left(), 56);
}

TEST(Errors, OutOfMemoryCutsAPurposeRatherThanTheNumbers) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const OutOfMemory error(std::string(500, 'p'), most, most);
  EXPECT_EQ(std::string(error.what()),
            "out of memory for " + std::string(48, 'p') +
                ": wanted 9223372036854775807 bytes, 9223372036854775807 left");
}

TEST(Errors, AnInterruptionKnowsItsSignal) {
  EXPECT_STREQ(Interrupted(15).what(), "interrupted by signal 15");
  EXPECT_EQ(Interrupted(2).signal_number, 2);
}

struct SomebodysShapeError : ShapeError {
  using ShapeError::ShapeError;
};

TEST(Errors, TheNameIsTheMostDerivedOneOfOurs) {
  EXPECT_EQ(error_name(Error("")), "Error");
  EXPECT_EQ(error_name(ValueError("")), "ValueError");
  EXPECT_EQ(error_name(ShapeError("")), "ShapeError");
  EXPECT_EQ(error_name(BadBatch("")), "BadBatch");
  EXPECT_EQ(error_name(TypeError("")), "TypeError");
  EXPECT_EQ(error_name(KeyError("")), "KeyError");
  EXPECT_EQ(error_name(IndexError("")), "IndexError");
  EXPECT_EQ(error_name(DataExhausted("")), "DataExhausted");
  EXPECT_EQ(error_name(NonFinite("")), "NonFinite");
  EXPECT_EQ(error_name(StateError("")), "StateError");
  EXPECT_EQ(error_name(Timeout("")), "Timeout");
  EXPECT_EQ(error_name(Interrupted(2)), "Interrupted");
  EXPECT_EQ(error_name(IoError("", "", EIO)), "IoError");
  EXPECT_EQ(error_name(FormatError("", 0)), "FormatError");
  EXPECT_EQ(error_name(OutOfMemory("", 1, 0)), "OutOfMemory");
  EXPECT_EQ(error_name(SomebodysShapeError("")), "ShapeError");
  EXPECT_EQ(error_name(std::runtime_error("")), "std::exception");
  EXPECT_EQ(error_name(std::bad_alloc()), "std::bad_alloc");
}

}  // namespace
}  // namespace trainwreck
