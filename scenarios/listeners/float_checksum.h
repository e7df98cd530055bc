#pragma once

#include <cstdint>
#include <span>

#include "engine/formats/crc32c.h"

namespace trainwreck {

// Of the values' bits, going on from `before`.
inline std::uint32_t checksum(std::span<const float> values, std::uint32_t before) {
  return crc32c({reinterpret_cast<const char*>(values.data()), values.size_bytes()}, before);
}

}  // namespace trainwreck
