#include "engine/formats/safetensors.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "engine/formats/crc32c.h"
#include "engine/formats/little_endian.h"
#include "tests/engine/formats/hex.h"

namespace trainwreck {
namespace {

const std::vector<float> kTwo = {1.0F, -2.0F};

StoredTensor two_floats(std::string name) {
  return {std::move(name), StoredType::f32, {2}, bytes_of(std::span<const float>(kTwo))};
}

// A file with this header, padded, and that many bytes of data.
std::string file_with(std::string header, std::size_t data_bytes) {
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string file;
  append_bytes(file, static_cast<std::uint64_t>(header.size()));
  return file + header + std::string(data_bytes, '\x01');
}

std::string complaint_about(std::string_view bytes) {
  try {
    read_safetensors(bytes);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

std::string rule_broken_by(std::string_view bytes) {
  const std::string complaint = complaint_about(bytes);
  return complaint.substr(0, complaint.find(':'));
}

std::string entry(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return "{\"w\":{\"dtype\":\"" + std::string(dtype) + "\",\"shape\":" + std::string(shape) +
         ",\"data_offsets\":" + std::string(offsets) + "}}";
}

TEST(Safetensors, WritesTheGoldenBytes) {
  const std::vector<StoredTensor> tensors = {two_floats("w")};
  EXPECT_EQ(
      write_safetensors(tensors, {{"format", "pt"}}),
      bytes_of_hex("58000000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074"
                   "227d2c2277223a7b226474797065223a22463332222c227368617065223a5b325d2c226461"
                   "74615f6f666673657473223a5b302c385d7d7d2020200000803f000000c0"));
}

TEST(Safetensors, SortsByTypeThenName) {
  const std::vector<std::uint8_t> byte = {7};
  const std::vector<std::int64_t> number = {-1};
  const std::vector<StoredTensor> tensors = {
      {"a", StoredType::u8, {1}, bytes_of(std::span<const std::uint8_t>(byte))},
      two_floats("z"),
      two_floats("b"),
      {"n", StoredType::i64, {}, bytes_of(std::span<const std::int64_t>(number))}};
  EXPECT_EQ(storage_order(tensors), (std::vector<std::size_t>{3, 2, 1, 0}));
  const std::string bytes = write_safetensors(tensors, {});
  const SafetensorsFile file = read_safetensors(bytes);
  ASSERT_EQ(file.tensors.size(), 4U);
  EXPECT_EQ(file.tensors[0].name, "n");
  EXPECT_EQ(file.tensors[3].name, "a");
  EXPECT_EQ(file.data.size(), 8U + 8U + 8U + 1U);
}

TEST(Safetensors, EveryTypeSurvivesTheWay) {
  const std::vector<double> doubles = {0.1, std::numeric_limits<double>::quiet_NaN()};
  const std::vector<std::uint64_t> longs = {std::numeric_limits<std::uint64_t>::max()};
  const std::vector<std::int64_t> integers = {std::numeric_limits<std::int64_t>::min(), 5};
  const std::vector<std::uint8_t> small = {1, 2, 255};
  const std::vector<StoredTensor> tensors = {
      two_floats("f"),
      {"d", StoredType::f64, {1, 2}, bytes_of(std::span<const double>(doubles))},
      {"u", StoredType::u64, {}, bytes_of(std::span<const std::uint64_t>(longs))},
      {"i", StoredType::i64, {2}, bytes_of(std::span<const std::int64_t>(integers))},
      {"s", StoredType::u8, {3}, bytes_of(std::span<const std::uint8_t>(small))},
      {"empty", StoredType::f32, {4, 0}, {}}};
  const std::string bytes = write_safetensors(tensors, {{"step", "12"}, {"crc32c", "\"x\\"}});
  const SafetensorsFile file = read_safetensors(bytes);
  EXPECT_EQ(file.metadata, (StoredMetadata{{"step", "12"}, {"crc32c", "\"x\\"}}));
  std::vector<float> f(2);
  copy_values(*file.find("f"), f);
  EXPECT_EQ(f, kTwo);
  std::vector<double> d(2);
  copy_values(*file.find("d"), d);
  EXPECT_EQ(bytes_of(std::span<const double>(d)), bytes_of(std::span<const double>(doubles)));
  EXPECT_EQ(file.find("d")->shape, (std::vector<std::int64_t>{1, 2}));
  std::vector<std::uint64_t> u(1);
  copy_values(*file.find("u"), u);
  EXPECT_EQ(u, longs);
  EXPECT_TRUE(file.find("u")->shape.empty());
  std::vector<std::int64_t> i(2);
  copy_values(*file.find("i"), i);
  EXPECT_EQ(i, integers);
  std::vector<std::uint8_t> s(3);
  copy_values(*file.find("s"), s);
  EXPECT_EQ(s, small);
  EXPECT_TRUE(file.find("empty")->bytes.empty());
  EXPECT_EQ(file.find("missing"), nullptr);
}

TEST(Safetensors, TheHeadAndThePiecesMakeTheFile) {
  const std::vector<StoredTensor> tensors = {two_floats("b"), two_floats("a")};
  const StoredLayout layout = lay_out_safetensors(tensors, {{"k", "v"}});
  std::string file = layout.head;
  for (const std::size_t index : layout.order) file += tensors[index].bytes;
  EXPECT_EQ(file, write_safetensors(tensors, {{"k", "v"}}));
  EXPECT_EQ(layout.head.size() % 8, 0U);
  EXPECT_EQ(data_crc32c(tensors), crc32c(read_safetensors(file).data));
}

TEST(Safetensors, HoldsNothingAtAll) {
  const std::string bytes = write_safetensors({}, {});
  EXPECT_EQ(bytes, bytes_of_hex("08000000000000007b7d202020202020"));
  EXPECT_TRUE(read_safetensors(bytes).tensors.empty());
}

TEST(Safetensors, RefusesInTheReferencesOrder) {
  EXPECT_EQ(complaint_about("1234567"), "HeaderTooSmall: the file has 7 bytes (at byte 7)");
  EXPECT_EQ(complaint_about(bytes_of_hex("01e1f50500000000")),
            "HeaderTooLarge: the header claims 100000001 bytes (at byte 0)");
  EXPECT_EQ(rule_broken_by(bytes_of_hex("ffffffffffffffff")), "HeaderTooLarge");
  EXPECT_EQ(complaint_about(bytes_of_hex("0300000000000000") + "{}"),
            "InvalidHeaderLength: the header claims 3 bytes, the file has 2 more (at byte 0)");
  EXPECT_EQ(complaint_about(bytes_of_hex("0200000000000000") + "{\xFF"),
            "InvalidHeader: the header is not UTF-8 (at byte 8)");
  EXPECT_EQ(rule_broken_by(file_with("{\"w\":", 0)), "InvalidHeaderDeserialization");
}

TEST(Safetensors, RefusesHeadersThatAreNotWhatTheyShouldBe) {
  const std::string kRule = "InvalidHeaderDeserialization: ";
  EXPECT_EQ(complaint_about(file_with(" {}", 0)),
            kRule + "the header must begin with { (at byte 8)");
  EXPECT_EQ(complaint_about(file_with("", 0)), kRule + "the header must begin with { (at byte 8)");
  EXPECT_EQ(complaint_about(file_with(std::string("{}\0 x", 5), 0)),
            kRule + "the header holds a NUL (at byte 8)");
  EXPECT_EQ(complaint_about(file_with("{\"w\":1}", 0)),
            kRule + "tensor \"w\" is no object (at byte 8)");
  EXPECT_EQ(complaint_about(file_with(entry("F31", "[2]", "[0,8]"), 8)),
            kRule + "tensor \"w\" has the unknown dtype \"F31\" (at byte 8)");
  EXPECT_EQ(complaint_about(file_with("{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8)),
            kRule + "tensor \"w\" has no proper data_offsets (at byte 8)");
  EXPECT_EQ(complaint_about(file_with(entry("F32", "[-2]", "[0,8]"), 8)),
            kRule + "tensor \"w\" has -2 for a size (at byte 8)");
  EXPECT_EQ(complaint_about(file_with(entry("F32", "[2.0]", "[0,8]"), 8)),
            kRule + "tensor \"w\" has 2.0 for a size (at byte 8)");
  EXPECT_EQ(complaint_about(file_with(entry("F32", "[2]", "[0,8,9]"), 8)),
            kRule + "tensor \"w\" needs two data_offsets (at byte 8)");
  EXPECT_EQ(complaint_about(file_with("{\"__metadata__\":{\"a\":1}}", 0)),
            kRule + "__metadata__ holds something else than text (at byte 8)");
  EXPECT_EQ(complaint_about(file_with("{} // comment", 0)).substr(0, kRule.size()), kRule);
}

TEST(Safetensors, RefusesRepeatedKeys) {
  EXPECT_EQ(
      complaint_about(file_with("{\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]"
                                "},\"w\":{}}",
                                0)),
      "InvalidHeaderDeserialization: the header at /w is given twice (at byte 8)");
  EXPECT_EQ(rule_broken_by(file_with("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0)),
            "InvalidHeaderDeserialization");
}

TEST(Safetensors, RefusesHolesOverlapsAndWrongSizes) {
  EXPECT_EQ(complaint_about(file_with(entry("F32", "[2]", "[8,16]"), 16)),
            "InvalidOffset: tensor \"w\" lies at [8, 16), expected it at 0 (at byte 64)");
  EXPECT_EQ(rule_broken_by(file_with(entry("F32", "[0]", "[0,-0]"), 0)), "");
  const std::string first = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},";
  const std::string second = "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":";
  EXPECT_EQ(rule_broken_by(file_with(first + second + "[4,8]}}", 8)), "");
  EXPECT_EQ(rule_broken_by(file_with(first + second + "[5,9]}}", 9)), "InvalidOffset");
  EXPECT_EQ(rule_broken_by(file_with(first + second + "[3,7]}}", 7)), "InvalidOffset");
  EXPECT_EQ(rule_broken_by(file_with(first + second + "[4,0]}}", 8)), "InvalidOffset");
  EXPECT_EQ(rule_broken_by(file_with(entry("F32", "[2]", "[0,7]"), 7)), "TensorInvalidInfo");
  EXPECT_EQ(rule_broken_by(file_with(entry("F4", "[3]", "[0,2]"), 2)), "MisalignedSlice");
  EXPECT_EQ(rule_broken_by(file_with(entry("F4", "[4]", "[0,2]"), 2)), "");
  EXPECT_EQ(rule_broken_by(file_with(entry("F6_E2M3", "[4]", "[0,3]"), 3)), "");
  const std::string huge = "[9223372036854775807,4]";
  EXPECT_EQ(rule_broken_by(file_with(entry("U8", huge, "[0,8]"), 8)), "ValidationOverflow");
  EXPECT_EQ(rule_broken_by(file_with(entry("F32", "[4611686018427387904]", "[0,0]"), 0)),
            "ValidationOverflow");
}

// Method: cut a good file at every byte, then add one byte. No neighbour of a good file is good.
TEST(Safetensors, RefusesEveryTruncationAndTrailingBytes) {
  const std::vector<StoredTensor> tensors = {two_floats("w")};
  const std::string good = write_safetensors(tensors, {{"format", "pt"}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(complaint_about(std::string_view(good).substr(0, size)), "") << size;
  }
  EXPECT_EQ(complaint_about(good + "x"),
            "MetadataIncompleteBuffer: the tensors need 8 bytes, the file holds 9 (at byte 104)");
  EXPECT_EQ(complaint_about(std::string_view(good).substr(0, good.size() - 1)),
            "MetadataIncompleteBuffer: the tensors need 8 bytes, the file holds 7 (at byte 103)");
}

TEST(Safetensors, HostileNestingIsRefusedNotFollowed) {
  EXPECT_EQ(rule_broken_by(file_with("{\"w\":" + std::string(100000, '['), 0)),
            "InvalidHeaderDeserialization");
}

TEST(Safetensors, WritesNothingThatItWouldNotRead) {
  std::vector<StoredTensor> tensors = {two_floats("w"), two_floats("w")};
  EXPECT_THROW(lay_out_safetensors(tensors, {}), ValueError);
  tensors = {two_floats("__metadata__")};
  EXPECT_THROW(lay_out_safetensors(tensors, {}), ValueError);
  tensors = {two_floats("\xFF")};
  EXPECT_THROW(lay_out_safetensors(tensors, {}), ValueError);
  EXPECT_THROW(lay_out_safetensors({}, {{"k", "\xC0\x80"}}), ValueError);
  tensors = {two_floats("w")};
  tensors[0].shape = {3};
  EXPECT_THROW(lay_out_safetensors(tensors, {}), ValueError);
  tensors[0].shape = {-2};
  EXPECT_THROW(lay_out_safetensors(tensors, {}), ValueError);
}

TEST(Safetensors, CopiesOnlyIntoWhatFits) {
  const StoredTensor tensor = two_floats("w");
  std::vector<double> doubles(1);
  std::vector<float> floats(3);
  try {
    copy_values(tensor, doubles);
    FAIL();
  } catch (const TypeError& error) {
    EXPECT_STREQ(error.what(), "tensor \"w\" holds F32, not F64");
  }
  try {
    copy_values(tensor, floats);
    FAIL();
  } catch (const ShapeError& error) {
    EXPECT_STREQ(error.what(), "tensor \"w\" holds 2 values, not 3");
  }
}

}  // namespace
}  // namespace trainwreck
