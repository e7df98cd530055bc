#include "engine/formats/crc32c.h"

#include <array>
#include <cstddef>

#include "engine/formats/little_endian.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace trainwreck {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// Row k: what a byte does to the checksum with k more bytes behind it.
constexpr Table make_table() {
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    table[0][byte] = crc;
  }
  for (std::size_t row = 1; row < table.size(); ++row) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = table[row - 1][byte];
      table[row][byte] = (crc >> 8) ^ table[0][crc & 0xFFU];
    }
  }
  return table;
}

constexpr Table kTable = make_table();

#if defined(__x86_64__)
// The instruction takes three cycles, but one can begin in each: so three parts of the bytes are
// taken side by side. What a checksum becomes with the bytes of a part behind it is a linear map.
constexpr std::size_t kPart = 4096;

using BitMap = std::array<std::uint32_t, 32>;  // where each bit goes

constexpr std::uint32_t apply(const BitMap& map, std::uint32_t bits) {
  std::uint32_t result = 0;
  for (std::size_t bit = 0; bit < 32; ++bit) {
    if (((bits >> bit) & 1U) != 0) result ^= map[bit];
  }
  return result;
}

constexpr BitMap behind_a_part() {
  BitMap map{};  // for one byte of zeros
  for (std::size_t bit = 0; bit < 32; ++bit) {
    const std::uint32_t crc = std::uint32_t{1} << bit;
    map[bit] = (crc >> 8) ^ kTable[0][crc & 0xFFU];
  }
  for (std::size_t bytes = 1; bytes < kPart; bytes *= 2) {
    const BitMap half = map;
    for (std::uint32_t& column : map) column = apply(half, column);
  }
  return map;
}

constexpr BitMap kBehindAPart = behind_a_part();

__attribute__((target("sse4.2"))) std::uint64_t three_parts(const char* at, std::uint64_t crc) {
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  for (const char* end = at + kPart; at < end; at += 8) {
    crc = _mm_crc32_u64(crc, load_u64(at));
    second = _mm_crc32_u64(second, load_u64(at + kPart));
    third = _mm_crc32_u64(third, load_u64(at + 2 * kPart));
  }
  const std::uint32_t two =
      apply(kBehindAPart, static_cast<std::uint32_t>(crc)) ^ static_cast<std::uint32_t>(second);
  return apply(kBehindAPart, two) ^ static_cast<std::uint32_t>(third);
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::string_view bytes,
                                                               std::uint32_t before) {
  std::uint64_t crc = static_cast<std::uint32_t>(~before);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3 * kPart; left -= 3 * kPart, at += 3 * kPart) crc = three_parts(at, crc);
  for (; left >= 8; left -= 8, at += 8) crc = _mm_crc32_u64(crc, load_u64(at));
  auto rest = static_cast<std::uint32_t>(crc);
  for (; left > 0; --left, ++at) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*at));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const std::uint64_t word = load_u64(at) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= kTable[7 - i][(word >> (8 * i)) & 0xFFU];
  }
  for (; left > 0; --left, ++at) {
    crc = (crc >> 8) ^ kTable[0][(crc ^ static_cast<unsigned char>(*at)) & 0xFFU];
  }
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return by_instruction(bytes, before);
#endif
  return crc32c_by_table(bytes, before);
}

}  // namespace trainwreck
