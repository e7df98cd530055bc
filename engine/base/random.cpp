#include "engine/base/random.h"

#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "engine/base/check.h"

namespace trainwreck {
namespace {

using Block = std::array<std::uint32_t, 4>;

// What a block of random words is drawn for; keeps the draws of one index apart.
constexpr std::uint32_t kWords = 0;
constexpr std::uint32_t kUniforms = 1;

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011).
Block philox(Block counter, std::uint64_t key) {
  auto low = static_cast<std::uint32_t>(key);
  auto high = static_cast<std::uint32_t>(key >> 32);
  auto [c0, c1, c2, c3] = counter;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53U} * c0;
    const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * c2;
    c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ low;
    c1 = static_cast<std::uint32_t>(b);
    c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ high;
    c3 = static_cast<std::uint32_t>(a);
    low += 0x9E3779B9U;
    high += 0xBB67AE85U;
  }
  return {c0, c1, c2, c3};
}

Block block(std::uint64_t key, std::uint64_t index, std::uint32_t use) {
  return philox(
      {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), use, 0}, key);
}

std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9U;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

float unit(std::uint32_t word) {
  return static_cast<float>(static_cast<std::int32_t>(word >> 8)) * 0x1p-24F;
}

// Horner's rule, the highest power first.
template <std::size_t kTerms>
double polynomial(const std::array<double, kTerms>& coefficients, double x) {
  double sum = 0.0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

// Logarithm and cosine are spelled out because the last bits of the library's depend on the
// library.
double log_of(double x) {
  static constexpr std::array<double, 8> kOddParts = {1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                                                      1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2.0;
    --exponent;
  }
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  return 2.0 * t * polynomial(kOddParts, t * t) + exponent * 0.69314718055994531;
}

// The cosine of `turns` full circles, for turns in [0, 1).
double cos_of(double turns) {
  static constexpr std::array<double, 9> kEvenParts = {1.0 / 20922789888000,
                                                       -1.0 / 87178291200,
                                                       1.0 / 479001600,
                                                       -1.0 / 3628800,
                                                       1.0 / 40320,
                                                       -1.0 / 720,
                                                       1.0 / 24,
                                                       -1.0 / 2,
                                                       1.0};
  const double from_half = std::abs(turns - 0.5);
  const bool near_half = from_half < 0.25;
  const double x = (near_half ? from_half : 0.5 - from_half) * 6.2831853071795865;
  const double cosine = polynomial(kEvenParts, x * x);
  return near_half ? -cosine : cosine;
}

std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kLow = 0xFFFFFFFFU;
  const std::uint64_t low = (a & kLow) * (b & kLow);
  const std::uint64_t left = (a >> 32) * (b & kLow) + (low >> 32);
  const std::uint64_t right = (a & kLow) * (b >> 32) + (left & kLow);
  return (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32);
}

}  // namespace

Random::Random(std::uint64_t seed, Purpose purpose, std::int64_t epoch, std::int64_t batch)
    : key_(mixed(seed + 0x9E3779B97F4A7C15U)) {
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(purpose), static_cast<std::uint64_t>(epoch),
        static_cast<std::uint64_t>(batch)}) {
    key_ = mixed(key_ + 0x9E3779B97F4A7C15U + mixed(part + 0xD1B54A32D192ED03U));
  }
}

std::uint64_t Random::bits(std::uint64_t index) const {
  const Block words = block(key_, index, kWords);
  return (std::uint64_t{words[1]} << 32) | words[0];
}

float Random::uniform(std::uint64_t index) const {
  return unit(block(key_, index / 4, kUniforms)[index % 4]);
}

float Random::uniform(std::uint64_t index, float low, float high) const {
  return low + uniform(index) * (high - low);
}

float Random::normal(std::uint64_t index) const {
  const Block words = block(key_, index, kWords);
  const double above_zero = (static_cast<double>(words[0]) + 1.0) * 0x1p-32;
  const double turns = static_cast<double>(words[1]) * 0x1p-32;
  return static_cast<float>(std::sqrt(-2.0 * log_of(above_zero)) * cos_of(turns));
}

std::uint64_t Random::below(std::uint64_t index, std::uint64_t bound) const {
  TRAINWRECK_CHECK(bound > 0, "no number is below zero");
  return high_product(bits(index), bound);
}

void Random::uniform4(std::uint64_t group, float out[4]) const {
  const Block words = block(key_, group, kUniforms);
  for (std::size_t i = 0; i < 4; ++i) out[i] = unit(words[i]);
}

void permutation(const Random& random, std::span<std::int64_t> order) {
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left, left)]);
  }
}

}  // namespace trainwreck
