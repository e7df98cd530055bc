#include "faults/recording/content_hash.h"

#include <array>
#include <span>

namespace trainwreck::outside {
namespace {

// A polynomial of the bytes, taken modulo a prime.
constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61U) - 1;
constexpr std::uint64_t kBase = 0x123456789abcdefULL;
constexpr std::size_t kBlock = 4096;

__extension__ using Wide = unsigned __int128;

std::uint64_t reduce(std::uint64_t value) {
  const std::uint64_t once = (value & kPrime) + (value >> 61U);
  return once >= kPrime ? once - kPrime : once;
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return reduce(static_cast<std::uint64_t>(product & kPrime) +
                static_cast<std::uint64_t>(product >> 61U));
}

std::uint64_t go_on(std::uint64_t hash, std::span<const char> bytes) {
  for (const char c : bytes) hash = reduce(times(hash, kBase) + static_cast<unsigned char>(c));
  return hash;
}

}  // namespace

std::uint64_t mix(std::uint64_t first, std::uint64_t second) {
  std::uint64_t x = first * 0x9e3779b97f4a7c15ULL + second + 0x7f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

std::uint64_t ContentHash::power(std::uint64_t length) {
  const auto [known, fresh] = powers_.try_emplace(length, 1);
  if (!fresh) return known->second;
  std::uint64_t result = 1;
  for (std::uint64_t factor = kBase; length > 0; length >>= 1U, factor = times(factor, factor)) {
    if ((length & 1U) != 0) result = times(result, factor);
  }
  return known->second = result;
}

// Of the spool's first bytes. What lies between two places follows from these, however often a file
// is cut into other pieces.
std::uint64_t ContentHash::up_to(std::uint64_t end) {
  std::array<char, kBlock> block;
  while (blocks_.size() <= end / kBlock) {
    spool_.read({.at = (blocks_.size() - 1) * kBlock, .length = kBlock}, block);
    blocks_.push_back(go_on(blocks_.back(), block));
  }
  const std::span<char> rest(block.data(), end % kBlock);
  if (!rest.empty()) spool_.read({.at = end - rest.size(), .length = rest.size()}, rest);
  return go_on(blocks_[end / kBlock], rest);
}

// Zeros add nothing, wherever they stand; how many there are is told by the length of the whole.
std::uint64_t ContentHash::of_piece(const Bytes& bytes) {
  if (bytes.zeros()) return 0;
  const auto [known, fresh] = pieces_.try_emplace({bytes.at, bytes.length}, 0);
  if (fresh) {
    const std::uint64_t before = times(up_to(bytes.at), power(bytes.length));
    known->second = reduce(up_to(bytes.at + bytes.length) + kPrime - before);
  }
  return known->second;
}

std::uint64_t ContentHash::of(const Contents& contents) {
  std::uint64_t hash = 0;
  for (const Bytes& part : contents.parts) {
    hash = reduce(times(hash, power(part.length)) + of_piece(part));
  }
  return mix(hash, contents.size);
}

}  // namespace trainwreck::outside
