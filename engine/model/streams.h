#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

// A seed of one's own for whatever has this name, so that what a layer draws does not depend on how
// much its neighbours drew (FNV-1a).
constexpr std::uint64_t seed_for(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return seed ^ hash;
}

}  // namespace trainwreck
