#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

namespace trainwreck {

// The formats of this folder are little-endian, and so are the machines that we build for.
static_assert(std::endian::native == std::endian::little);

inline std::uint32_t load_u32(const char* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

inline std::uint64_t load_u64(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class Number>
void append_bytes(std::string& out, Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

}  // namespace trainwreck
