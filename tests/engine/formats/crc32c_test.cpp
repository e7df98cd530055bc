#include "engine/formats/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace trainwreck {
namespace {

TEST(Crc32c, KnowsThePublishedValues) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("a"), 0xC1D04330U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
}

TEST(Crc32c, MasksAsRecordFilesDo) {
  EXPECT_EQ(masked(crc32c("")), 0xA282EAD8U);
  EXPECT_EQ(masked(crc32c("a")), 0x28E46E78U);
  EXPECT_EQ(masked(crc32c("123456789")), 0xC78AB0E5U);
}

// Method: every length from 0 to 80 at every alignment, so that both the words and the left-over
// bytes of both ways are met.
TEST(Crc32c, IsTheSameByTableAndByInstruction) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += static_cast<char>(i * 151 + 7);
  for (std::size_t start = 0; start < 8; ++start) {
    for (std::size_t length = 0; length <= 80; ++length) {
      const std::string_view part = std::string_view(bytes).substr(start, length);
      ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << start << " " << length;
    }
  }
}

// Long ones are taken in three parts at once.
TEST(Crc32c, IsTheSameForManyBytes) {
  std::string bytes;
  for (int i = 0; i < 40'000; ++i) bytes += static_cast<char>(i * i + i / 251);
  for (const std::size_t length : {12'287U, 12'288U, 12'289U, 24'575U, 24'576U, 24'583U, 39'999U}) {
    const std::string_view part = std::string_view(bytes).substr(1, length);
    EXPECT_EQ(crc32c(part), crc32c_by_table(part)) << length;
    EXPECT_EQ(crc32c(part, 7), crc32c_by_table(part, 7)) << length;
  }
}

TEST(Crc32c, ContinuesWhereItStopped) {
  const std::string_view whole = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_EQ(crc32c(whole.substr(cut), crc32c(whole.substr(0, cut))), crc32c(whole));
    EXPECT_EQ(crc32c_by_table(whole.substr(cut), crc32c_by_table(whole.substr(0, cut))),
              crc32c(whole));
  }
}

}  // namespace
}  // namespace trainwreck
