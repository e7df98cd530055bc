#pragma once

#include <cstdint>
#include <span>

namespace trainwreck {

// What a random number is for. Each purpose is a stream of its own, so that one more draw for one
// purpose never shifts another.
enum class Purpose : std::uint32_t {
  initialise,
  shuffle,
  dropout,
  synthetic_data,
  noise,
  fault,
  user
};

// Counter-based random numbers: a pure function of (seed, purpose, epoch, batch, index). There is
// no stream to save, skip or disturb, so resume, rollback and the number of workers cannot change
// them. The same on every compiler and library: the distributions are our own.
class Random {
 public:
  Random(std::uint64_t seed, Purpose purpose, std::int64_t epoch = 0, std::int64_t batch = 0);

  std::uint64_t bits(std::uint64_t index) const;
  // In [0, 1), with 24 bits of resolution.
  float uniform(std::uint64_t index) const;
  float uniform(std::uint64_t index, float low, float high) const;
  // Standard normal (Box-Muller on two draws of the same index).
  float normal(std::uint64_t index) const;
  // In [0, bound), unbiased enough for bounds far below 2^64.
  std::uint64_t below(std::uint64_t index, std::uint64_t bound) const;
  // Four uniforms at once, for inner loops: index counts groups of four.
  void uniform4(std::uint64_t group, float out[4]) const;

 private:
  std::uint64_t key_;
};

// Fisher-Yates: fills `order` with a permutation of 0..n-1.
void permutation(const Random& random, std::span<std::int64_t> order);

}  // namespace trainwreck
