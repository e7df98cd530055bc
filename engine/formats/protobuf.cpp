#include "engine/formats/protobuf.h"

#include "engine/base/errors.h"
#include "engine/formats/little_endian.h"

namespace trainwreck {

void ProtobufWriter::raw_varint(std::uint64_t value) {
  while (value >= 0x80U) {
    out_ += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7;
  }
  out_ += static_cast<char>(value);
}

void ProtobufWriter::tag(std::uint32_t field, WireType type) {
  raw_varint((std::uint64_t{field} << 3) | static_cast<std::uint64_t>(type));
}

void ProtobufWriter::varint(std::uint32_t field, std::uint64_t value) {
  tag(field, WireType::varint);
  raw_varint(value);
}

void ProtobufWriter::fixed64(std::uint32_t field, double value) {
  tag(field, WireType::fixed64);
  append_bytes(out_, value);
}

void ProtobufWriter::fixed32(std::uint32_t field, float value) {
  tag(field, WireType::fixed32);
  append_bytes(out_, value);
}

void ProtobufWriter::bytes(std::uint32_t field, std::string_view value) {
  tag(field, WireType::bytes);
  raw_varint(value.size());
  out_ += value;
}

std::uint64_t ProtobufReader::raw_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1)[0]);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80U) return value;
  }
  throw FormatError("a varint longer than ten bytes", offset());
}

std::string_view ProtobufReader::take(std::uint64_t count) {
  if (count > message_.size() - at_) throw FormatError("the message ends inside a field", offset());
  const std::string_view taken = message_.substr(at_, count);
  at_ += count;
  return taken;
}

std::optional<ProtobufField> ProtobufReader::next() {
  if (at_ == message_.size()) return std::nullopt;
  const std::uint64_t tag = raw_varint();
  if (tag >> 3 == 0 || tag >> 32 != 0) throw FormatError("no such field number", offset());
  ProtobufField field;
  field.number = static_cast<std::uint32_t>(tag >> 3);
  field.type = static_cast<WireType>(tag & 7U);
  switch (field.type) {
    case WireType::varint:
      field.bits = raw_varint();
      break;
    case WireType::fixed64:
      field.bits = load_u64(take(8).data());
      break;
    case WireType::fixed32:
      field.bits = load_u32(take(4).data());
      break;
    case WireType::bytes:
      field.bytes = take(raw_varint());
      break;
    default:
      throw FormatError("no such wire type", offset());
  }
  field.offset = offset() - static_cast<std::int64_t>(field.bytes.size());
  return field;
}

}  // namespace trainwreck
