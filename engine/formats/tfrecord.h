#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The record files that TensorBoard reads: each payload framed by its length and two checksums.
// Write a record with one append and never behind a torn one: readers stop there for good.
void append_record(std::string& out, std::string_view payload);

enum class RecordTail : std::uint8_t {
  clean,    // the last record ends with the bytes
  torn,     // the bytes end inside a record: a crash, or a writer still at work
  corrupt,  // a checksum is wrong
};

// What a reader makes of such bytes. The payloads are views into them.
struct Records {
  std::vector<std::string_view> payloads;
  RecordTail tail = RecordTail::clean;
  std::int64_t end = 0;  // of the last whole record
};

Records read_records(std::string_view bytes);

}  // namespace trainwreck
