#pragma once

#include <bit>
#include <cstdint>

namespace trainwreck {

// Stands in the buffers that a checker hands to a source, so that what was left alone can be told.
// Finite, so that it is not taken for bad data, and nothing that data would hold.
inline constexpr float kTrap = std::bit_cast<float>(0xDEADBEEFU);

constexpr bool is_trap(float value) { return std::bit_cast<std::uint32_t>(value) == 0xDEADBEEFU; }

}  // namespace trainwreck
