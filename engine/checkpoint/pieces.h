#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace trainwreck {

// Bytes that lie in several places, one behind the other, so that big ones need not be put together
// to be written.
using Pieces = std::span<const std::string_view>;

inline std::size_t size_of(Pieces pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  return size;
}

}  // namespace trainwreck
