#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/sources/problem.h"
#include "trainwreck/data.h"

namespace trainwreck {

// A permutation of 0..n-1 that is computed, not stored: a Feistel network on the next even power of
// two, walked until it lands below n.
class ComputedPermutation {
 public:
  ComputedPermutation() = default;
  ComputedPermutation(std::uint64_t seed, std::int64_t pass, std::int64_t n);
  std::int64_t operator()(std::int64_t index) const;

 private:
  std::uint64_t seed_ = 0;
  std::int64_t pass_ = 0;
  std::int64_t n_ = 0;
  int half_bits_ = 1;
};

// Rows of a problem, computed when they are asked for: any number of samples, none of them in
// memory. Shuffles its rows.
class SyntheticSource final : public DataSource {
 public:
  SyntheticSource(std::shared_ptr<const Problem> problem, std::int64_t samples,
                  BatchOptions options = {}, std::string name = "synthetic");

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return options_.count(samples_); }
  void start_pass(const Pass& pass) override;
  bool fetch(std::int64_t index, Batch& out) override;
  std::shared_ptr<DataSource> split_off(double fraction) override;
  void rejoin() override;

 private:
  std::shared_ptr<const Problem> problem_;
  std::int64_t first_ = 0;
  std::int64_t samples_;
  std::int64_t lent_ = 0;  // samples behind ours that were split off
  BatchOptions options_;
  std::string name_;
  Pass pass_;
  ComputedPermutation order_;
};

}  // namespace trainwreck
