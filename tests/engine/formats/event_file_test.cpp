#include "engine/formats/event_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "engine/formats/protobuf.h"
#include "engine/formats/tfrecord.h"
#include "tests/engine/formats/hex.h"

namespace trainwreck {
namespace {

constexpr double kTime = 1600000000.0;

TensorBoardEvent scalar_event(std::string tag, float value, std::int64_t step) {
  TensorBoardEvent event;
  event.wall_time = kTime;
  event.step = step;
  event.values.push_back({std::move(tag), value, {}});
  return event;
}

std::string record_of(const TensorBoardEvent& event) {
  std::string record;
  append_record(record, encode_event(event));
  return record;
}

TEST(EventFile, TheFirstRecordNamesItsVersion) {
  TensorBoardEvent event;
  event.wall_time = 1.59e9;
  event.file_version = kEventFileVersion;
  const std::string payload = encode_event(event);
  EXPECT_EQ(payload.substr(9),
            "\x1A\x0D"
            "brain.Event:2");
  EXPECT_EQ(decode_event(payload), event);
}

TEST(EventFile, AScalarHasTheGoldenBytes) {
  EXPECT_EQ(record_of(scalar_event("loss", 0.25F, 7)),
            bytes_of_hex("1a00000000000000129bd82d090000000084d7d74110072a0d0a0b0a046c6f73731500008"
                         "03e5920ebcd"));
}

// The golden record of a writer that puts scalars into tensors, as ours does not.
TEST(EventFile, AScalarInsideATensorIsRead) {
  const std::string file = bytes_of_hex(
      "300000000000000095f5d05f090000000084d7d74110072a230a210a046c6f73734a0d0a090a077363616c617273"
      "2001420a080112002a040000803e0454d982");
  const Records records = read_records(file);
  ASSERT_EQ(records.tail, RecordTail::clean);
  ASSERT_EQ(records.payloads.size(), 1U);
  EXPECT_EQ(decode_event(records.payloads[0]), scalar_event("loss", 0.25F, 7));
}

TEST(EventFile, ATensorThatIsNoScalarIsNone) {
  const auto scalar_in = [](std::string_view tensor) {
    ProtobufWriter value, summary, event;
    value.bytes(8, tensor);
    summary.bytes(1, value.out());
    event.bytes(5, summary.out());
    return decode_event(event.out()).values.at(0).scalar;
  };
  EXPECT_EQ(scalar_in(bytes_of_hex("0801220400000040")), 2.0F);
  EXPECT_EQ(scalar_in(bytes_of_hex("0802220400000040")), std::nullopt) << "float64";
  EXPECT_EQ(scalar_in(bytes_of_hex("080122080000004000000040")), std::nullopt) << "two values";
  EXPECT_EQ(scalar_in(""), std::nullopt) << "nothing";
}

TEST(EventFile, AHistogramHasTheGoldenBytes) {
  TensorBoardEvent event;
  event.wall_time = kTime;
  event.step = 7;
  const Histogram histogram = {-1.0, 2.0, 4.0, 2.0, 6.0, {0.0, 1.0, 2.0}, {1.0, 1.0, 2.0}};
  event.values.push_back({"w", {}, histogram});
  EXPECT_EQ(record_of(event),
            bytes_of_hex(
                "7500000000000000d7d94178090000000084d7d74110072a680a660a01772a61090000000000"
                "00f0bf11000000000000004019000000000000104021000000000000004029000000000000184032"
                "180000000000000000000000000000f03f00000000000000403a18000000000000f03f0000000000"
                "00f03f0000000000000040a03aee91"));
}

TEST(EventFile, EveryValueSurvivesTheWay) {
  TensorBoardEvent event = scalar_event("a", -std::numeric_limits<float>::infinity(), -1);
  event.values.push_back({"zero", 0.0F, {}});
  event.values.push_back({"", {}, Histogram{}});
  event.values.push_back({std::string(300, 'x'), {}, histogram_of({}, 3)});
  event.step = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(decode_event(encode_event(event)), event);
}

TEST(EventFile, FieldsOfOthersAreSkipped) {
  ASSERT_EQ(decode_event(bytes_of_hex("1007"
                                      "520361626370055d01020304"))
                .step,
            7);
}

// Method: cut the payload at every byte; what is left must either read as less or be refused.
TEST(EventFile, ACutPayloadIsNeverReadBeyondItsEnd) {
  const std::string payload = encode_event(scalar_event("loss", 0.25F, 7));
  int refused = 0;
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const std::string part = payload.substr(0, size);
    try {
      decode_event(part);
    } catch (const FormatError&) {
      ++refused;
    }
  }
  // Whole fields end at 0, 9 and 11 bytes.
  EXPECT_EQ(refused, static_cast<int>(payload.size()) - 3);
}

std::string record_complaint_about(std::string_view hex) {
  try {
    decode_event(bytes_of_hex(hex));
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

TEST(EventFile, SaysWhatIsBrokenAndWhere) {
  EXPECT_EQ(record_complaint_about("10ffffffffffffffffffff01"),
            "a varint longer than ten bytes (at byte 11)");
  EXPECT_EQ(record_complaint_about("2a05"), "the message ends inside a field (at byte 2)");
  EXPECT_EQ(record_complaint_about("00"), "no such field number (at byte 1)");
  EXPECT_EQ(record_complaint_about("13"), "no such wire type (at byte 1)");
  EXPECT_EQ(record_complaint_about("0a0161"), "field 1 has a wrong type (at byte 2)");
  EXPECT_EQ(record_complaint_about("2a070a052a03320161"),
            "a packed list of doubles is torn (at byte 8)");
}

TEST(Histogram, CountsEveryFiniteValueOnce) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {0.0F, 1.0F, 2.0F, 3.0F, 4.0F, nan};
  const Histogram histogram = histogram_of(values, 2);
  EXPECT_EQ(histogram, (Histogram{0.0, 4.0, 5.0, 10.0, 30.0, {2.0, 4.0}, {3.0, 2.0}}));
}

TEST(Histogram, EqualValuesShareOneBucket) {
  const std::vector<float> values = {2.0F, 2.0F};
  EXPECT_EQ(histogram_of(values), (Histogram{2.0, 2.0, 2.0, 4.0, 8.0, {2.0}, {2.0}}));
}

TEST(Histogram, OfNothingIsEmpty) {
  const std::vector<float> nothing_finite = {std::numeric_limits<float>::infinity()};
  EXPECT_EQ(histogram_of(nothing_finite), Histogram{});
}

TEST(EventFile, IsNamedAsReadersExpect) {
  EXPECT_EQ(event_file_name(1600000000.9, "host", 42, 0),
            "events.out.tfevents.1600000000.host.42.0");
  EXPECT_EQ(event_file_name(7.0, "h", 1, 2), "events.out.tfevents.0000000007.h.1.2");
}

}  // namespace
}  // namespace trainwreck
