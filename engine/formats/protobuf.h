#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trainwreck {

// As much of the protobuf wire format as event files need.
enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

class ProtobufWriter {
 public:
  void varint(std::uint32_t field, std::uint64_t value);
  void fixed64(std::uint32_t field, double value);
  void fixed32(std::uint32_t field, float value);
  void bytes(std::uint32_t field, std::string_view value);
  const std::string& out() const { return out_; }

 private:
  void tag(std::uint32_t field, WireType type);
  void raw_varint(std::uint64_t value);
  std::string out_;
};

// One field; which of the value members counts depends on the type.
struct ProtobufField {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::uint64_t bits = 0;
  std::string_view bytes;
  std::int64_t offset = 0;  // of its value
};

// Walks over the fields of a message, which itself stands at `start`. Throws FormatError on what is
// none; never reads beyond.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message, std::int64_t start = 0)
      : message_(message), start_(start) {}
  std::optional<ProtobufField> next();

 private:
  std::uint64_t raw_varint();
  std::string_view take(std::uint64_t count);
  std::int64_t offset() const { return start_ + static_cast<std::int64_t>(at_); }
  std::string_view message_;
  std::int64_t start_;
  std::size_t at_ = 0;
};

}  // namespace trainwreck
