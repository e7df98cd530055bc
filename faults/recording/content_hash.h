#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "faults/recording/spool.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// Equal for equal bytes, however they are put together: the hash of two pieces, one after the
// other, follows from those of the pieces. So each piece of a spool is read once, and a file of
// 100 MB costs no more than one of a few bytes. For one thread.
class ContentHash {
 public:
  explicit ContentHash(const Spool& spool) : spool_(spool) {}
  // REQUIRES: all bytes were kept.
  std::uint64_t of(const Contents& contents);

 private:
  std::uint64_t up_to(std::uint64_t end);
  std::uint64_t of_piece(const Bytes& bytes);
  std::uint64_t power(std::uint64_t length);

  const Spool& spool_;
  std::vector<std::uint64_t> blocks_{0};
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> pieces_;
  std::unordered_map<std::uint64_t, std::uint64_t> powers_;
};

// Puts two numbers together, in this order.
std::uint64_t mix(std::uint64_t first, std::uint64_t second);

}  // namespace trainwreck::outside
