#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

// CRC-32C (Castagnoli). `before` continues: crc32c(b, crc32c(a)) is the checksum of a followed by
// b.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// What crc32c does on a processor without an instruction for it.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

// As record files store it, so that a checksum of data that holds checksums stays a good one.
constexpr std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

}  // namespace trainwreck
