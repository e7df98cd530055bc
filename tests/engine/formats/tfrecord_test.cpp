#include "engine/formats/tfrecord.h"

#include <gtest/gtest.h>

#include "tests/engine/formats/hex.h"

namespace trainwreck {
namespace {

std::string two_records() {
  std::string file;
  append_record(file, "first");
  append_record(file, "");
  return file;
}

TEST(RecordFile, FramesAsTensorBoardsOwnTestVector) {
  const std::string payload = bytes_of_hex("090000803899d6d7411a0d627261696e2e4576656e743a32");
  std::string file;
  append_record(file, payload);
  EXPECT_EQ(file, bytes_of_hex("1800000000000000a37f4b22090000803899d6d7411a0d627261696e2e4576656e"
                               "743a32124b36ab"));
}

TEST(RecordFile, ReadsBackWhatItWrote) {
  const std::string file = two_records();
  const Records records = read_records(file);
  EXPECT_EQ(records.payloads, (std::vector<std::string_view>{"first", ""}));
  EXPECT_EQ(records.tail, RecordTail::clean);
  EXPECT_EQ(records.end, static_cast<std::int64_t>(file.size()));
}

TEST(RecordFile, NothingIsACleanFile) {
  const Records records = read_records("");
  EXPECT_TRUE(records.payloads.empty());
  EXPECT_EQ(records.tail, RecordTail::clean);
}

// Method: cut the file at every byte. Only the two ends of records are clean.
TEST(RecordFile, ACutFileIsTornAndKeepsItsWholeRecords) {
  const std::string file = two_records();
  constexpr std::size_t kFirstEnd = 8 + 4 + 5 + 4;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const Records records = read_records(std::string_view(file).substr(0, size));
    const bool whole = size == 0 || size == kFirstEnd;
    EXPECT_EQ(records.tail, whole ? RecordTail::clean : RecordTail::torn) << size;
    EXPECT_EQ(records.payloads.size(), size >= kFirstEnd ? 1U : 0U) << size;
    EXPECT_EQ(records.end, size >= kFirstEnd ? 21 : 0) << size;
  }
}

// Method: flip one bit of every byte of the second record.
TEST(RecordFile, EveryFlippedBitIsNoticed) {
  const std::string file = two_records();
  for (std::size_t i = 21; i < file.size(); ++i) {
    std::string bent = file;
    bent[i] = static_cast<char>(bent[i] ^ 0x10);
    const Records records = read_records(bent);
    EXPECT_EQ(records.tail, RecordTail::corrupt) << i;
    EXPECT_EQ(records.payloads.size(), 1U) << i;
  }
}

TEST(RecordFile, ALengthBeyondEverythingIsTornNotRead) {
  std::string file = bytes_of_hex("ffffffffffffffff");
  std::string framed;
  append_record(framed, file);
  // A head whose checksum is right: the length field is data that was framed before.
  const std::string crc = framed.substr(framed.size() - 4);
  EXPECT_EQ(read_records(file + crc).tail, RecordTail::torn);
  EXPECT_EQ(read_records(file + crc + "some more bytes").tail, RecordTail::torn);
}

}  // namespace
}  // namespace trainwreck
