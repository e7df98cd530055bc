#include "engine/formats/event_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/formats/little_endian.h"
#include "engine/formats/protobuf.h"

namespace trainwreck {
namespace {

// Zero is what a reader assumes for an absent field; only the zero without a sign goes unsaid.
void add_number(ProtobufWriter& writer, std::uint32_t field, double value) {
  if (std::bit_cast<std::uint64_t>(value) != 0) writer.fixed64(field, value);
}

void add_numbers(ProtobufWriter& writer, std::uint32_t field, const std::vector<double>& values) {
  if (values.empty()) return;
  std::string packed;
  for (const double value : values) append_bytes(packed, value);
  writer.bytes(field, packed);
}

std::string encode(const Histogram& histogram) {
  ProtobufWriter writer;
  add_number(writer, 1, histogram.min);
  add_number(writer, 2, histogram.max);
  add_number(writer, 3, histogram.count);
  add_number(writer, 4, histogram.sum);
  add_number(writer, 5, histogram.sum_of_squares);
  add_numbers(writer, 6, histogram.limits);
  add_numbers(writer, 7, histogram.counts);
  return writer.out();
}

std::string encode(const SummaryValue& value) {
  ProtobufWriter writer;
  writer.bytes(1, value.tag);
  if (value.scalar) writer.fixed32(2, *value.scalar);
  if (value.histogram) writer.bytes(5, encode(*value.histogram));
  return writer.out();
}

bool is(const ProtobufField& field, std::uint32_t number, WireType type) {
  if (field.number != number) return false;
  if (field.type != type) {
    throw FormatError("field " + std::to_string(number) + " has a wrong type", field.offset);
  }
  return true;
}

void decode_numbers(const ProtobufField& field, std::vector<double>& out) {
  const std::string_view packed = field.bytes;
  if (packed.size() % 8 != 0) throw FormatError("a packed list of doubles is torn", field.offset);
  for (std::size_t i = 0; i < packed.size(); i += 8) {
    out.push_back(std::bit_cast<double>(load_u64(packed.data() + i)));
  }
}

Histogram decode_histogram(const ProtobufField& message) {
  Histogram result;
  double* const numbers[] = {&result.min, &result.max, &result.count, &result.sum,
                             &result.sum_of_squares};
  ProtobufReader reader(message.bytes, message.offset);
  while (const auto field = reader.next()) {
    if (field->number <= 5 && is(*field, field->number, WireType::fixed64)) {
      *numbers[field->number - 1] = std::bit_cast<double>(field->bits);
    } else if (is(*field, 6, WireType::bytes)) {
      decode_numbers(*field, result.limits);
    } else if (is(*field, 7, WireType::bytes)) {
      decode_numbers(*field, result.counts);
    }
  }
  return result;
}

// A scalar as newer writers put it: a tensor of float32 with one value, packed or as raw content.
std::optional<float> decode_tensor_scalar(const ProtobufField& message) {
  constexpr std::uint64_t kFloat = 1;
  bool is_float = false;
  std::string_view content;
  ProtobufReader reader(message.bytes, message.offset);
  while (const auto field = reader.next()) {
    if (is(*field, 1, WireType::varint)) {
      is_float = field->bits == kFloat;
    } else if (is(*field, 4, WireType::bytes) || is(*field, 5, WireType::bytes)) {
      content = field->bytes;
    }
  }
  if (!is_float || content.size() != sizeof(float)) return std::nullopt;
  return std::bit_cast<float>(load_u32(content.data()));
}

SummaryValue decode_value(const ProtobufField& message) {
  SummaryValue result;
  ProtobufReader reader(message.bytes, message.offset);
  while (const auto field = reader.next()) {
    if (is(*field, 1, WireType::bytes)) {
      result.tag = field->bytes;
    } else if (is(*field, 2, WireType::fixed32)) {
      result.scalar = std::bit_cast<float>(static_cast<std::uint32_t>(field->bits));
    } else if (is(*field, 5, WireType::bytes)) {
      result.histogram = decode_histogram(*field);
    } else if (is(*field, 8, WireType::bytes)) {
      result.scalar = decode_tensor_scalar(*field);
    }
  }
  return result;
}

void decode_summary(const ProtobufField& message, std::vector<SummaryValue>& out) {
  ProtobufReader reader(message.bytes, message.offset);
  while (const auto field = reader.next()) {
    if (is(*field, 1, WireType::bytes)) out.push_back(decode_value(*field));
  }
}

}  // namespace

Histogram histogram_of(std::span<const float> values, int buckets) {
  TRAINWRECK_CHECK(buckets > 0, "a histogram needs a bucket");
  Histogram result;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const double number = static_cast<double>(value);
    result.min = result.count == 0.0 ? number : std::min(result.min, number);
    result.max = result.count == 0.0 ? number : std::max(result.max, number);
    result.count += 1.0;
    result.sum += number;
    result.sum_of_squares += number * number;
  }
  if (result.count == 0.0) return result;
  const double width = (result.max - result.min) / buckets;
  const int needed = width > 0.0 ? buckets : 1;
  for (int i = 1; i < needed; ++i) result.limits.push_back(result.min + width * i);
  result.limits.push_back(result.max);
  result.counts.resize(result.limits.size());
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const auto limit =
        std::lower_bound(result.limits.begin(), result.limits.end(), static_cast<double>(value));
    result.counts[static_cast<std::size_t>(limit - result.limits.begin())] += 1.0;
  }
  return result;
}

std::string encode_event(const TensorBoardEvent& event) {
  ProtobufWriter writer;
  add_number(writer, 1, event.wall_time);
  if (event.step != 0) writer.varint(2, static_cast<std::uint64_t>(event.step));
  if (!event.file_version.empty()) writer.bytes(3, event.file_version);
  if (!event.values.empty()) {
    ProtobufWriter summary;
    for (const SummaryValue& value : event.values) summary.bytes(1, encode(value));
    writer.bytes(5, summary.out());
  }
  return writer.out();
}

TensorBoardEvent decode_event(std::string_view payload) {
  TensorBoardEvent result;
  ProtobufReader reader(payload);
  while (const auto field = reader.next()) {
    if (is(*field, 1, WireType::fixed64)) {
      result.wall_time = std::bit_cast<double>(field->bits);
    } else if (is(*field, 2, WireType::varint)) {
      result.step = static_cast<std::int64_t>(field->bits);
    } else if (is(*field, 3, WireType::bytes)) {
      result.file_version = field->bytes;
    } else if (is(*field, 5, WireType::bytes)) {
      decode_summary(*field, result.values);
    }
  }
  return result;
}

std::string event_file_name(double unix_seconds, std::string_view host, std::int64_t process,
                            std::int64_t number) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%010lld",
                static_cast<long long>(std::clamp(unix_seconds, 0.0, 9999999999.0)));
  std::string name = "events.out.tfevents." + std::string(seconds) + ".";
  return name.append(host)
      .append(".")
      .append(std::to_string(process))
      .append(".")
      .append(std::to_string(number));
}

}  // namespace trainwreck
