#include "engine/formats/tfrecord.h"

#include "engine/formats/crc32c.h"
#include "engine/formats/little_endian.h"

namespace trainwreck {
namespace {

constexpr std::size_t kRecordLengthBytes = 8;
constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kCrcBytes = 4;

bool matches(std::string_view bytes, const char* stored) {
  return masked(crc32c(bytes)) == load_u32(stored);
}

}  // namespace

void append_record(std::string& out, std::string_view payload) {
  const std::size_t start = out.size();
  append_bytes(out, static_cast<std::uint64_t>(payload.size()));
  append_bytes(out, masked(crc32c(std::string_view(out).substr(start, kRecordLengthBytes))));
  out += payload;
  append_bytes(out, masked(crc32c(payload)));
}

Records read_records(std::string_view bytes) {
  Records result;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    result.tail = RecordTail::torn;
    if (rest.size() < kHeadBytes) return result;
    if (!matches(rest.substr(0, kRecordLengthBytes), rest.data() + kRecordLengthBytes)) {
      result.tail = RecordTail::corrupt;
      return result;
    }
    const std::uint64_t length = load_u64(rest.data());
    rest.remove_prefix(kHeadBytes);
    if (rest.size() < kCrcBytes || rest.size() - kCrcBytes < length) return result;
    const std::string_view payload = rest.substr(0, length);
    if (!matches(payload, rest.data() + length)) {
      result.tail = RecordTail::corrupt;
      return result;
    }
    result.payloads.push_back(payload);
    result.tail = RecordTail::clean;
    rest.remove_prefix(length + kCrcBytes);
    result.end = static_cast<std::int64_t>(bytes.size() - rest.size());
  }
  return result;
}

}  // namespace trainwreck
