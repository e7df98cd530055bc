#include "engine/sources/synthetic_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/random.h"

namespace trainwreck {

ComputedPermutation::ComputedPermutation(std::uint64_t seed, std::int64_t pass, std::int64_t n)
    : seed_(seed), pass_(pass), n_(n) {
  while (half_bits_ < 31 && (std::int64_t{1} << (2 * half_bits_)) < n_) ++half_bits_;
}

std::int64_t ComputedPermutation::operator()(std::int64_t index) const {
  constexpr int kRounds = 4;
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  auto value = static_cast<std::uint64_t>(index);
  do {
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & mask;
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t mixed = Random(seed_, Purpose::shuffle, pass_, round).bits(right) & mask;
      const std::uint64_t next = left ^ mixed;
      left = right;
      right = next;
    }
    value = left << half_bits_ | right;
  } while (value >= static_cast<std::uint64_t>(n_));
  return static_cast<std::int64_t>(value);
}

SyntheticSource::SyntheticSource(std::shared_ptr<const Problem> problem, std::int64_t samples,
                                 BatchOptions options, std::string name)
    : problem_(std::move(problem)), samples_(samples), options_(options), name_(std::move(name)) {
  options_.check(name_);
  constexpr std::int64_t kMost = 1'000'000'000'000;
  if (samples_ < 0 || samples_ > kMost) {
    throw ValueError(fmt::format("{}: samples must be in [0, {}], got {}", name_, kMost, samples_));
  }
}

SourceTraits SyntheticSource::traits() const {
  return {.name = name_, .shuffles_rows = true, .thread_safe = true};
}

void SyntheticSource::start_pass(const Pass& pass) {
  pass_ = pass;
  order_ = ComputedPermutation(pass.seed, pass.number, samples_);
}

bool SyntheticSource::fetch(std::int64_t index, Batch& out) {
  const std::int64_t count = options_.count(samples_);
  if (index < 0 || index >= count) check_batch_index(name_, index, count);
  const std::int64_t begin = index * options_.batch_size;
  const std::int64_t rows = std::min(options_.batch_size, samples_ - begin);
  out.id = {.source = 0, .epoch = pass_.number, .index = index};
  out.samples.resize(static_cast<std::size_t>(rows));
  out.x.resize(problem_->x_row().with_rows(rows));
  out.y.resize(problem_->y_row().with_rows(rows));
  out.sample_weight.clear();
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t sample = first_ + (pass_.shuffle ? order_(begin + i) : begin + i);
    out.samples[static_cast<std::size_t>(i)] = sample;
    problem_->row(sample, out.x.row(i), out.y.row(i));
  }
  return true;
}

std::shared_ptr<DataSource> SyntheticSource::split_off(double fraction) {
  const std::int64_t kept = rows_before_split(name_, samples_, fraction);
  auto part = std::make_shared<SyntheticSource>(problem_, samples_ - kept, options_,
                                                name_ + " (split off)");
  part->first_ = first_ + kept;
  lent_ += samples_ - kept;
  samples_ = kept;
  order_ = ComputedPermutation(pass_.seed, pass_.number, samples_);
  return part;
}

void SyntheticSource::rejoin() {
  samples_ += std::exchange(lent_, 0);
  order_ = ComputedPermutation(pass_.seed, pass_.number, samples_);
}

}  // namespace trainwreck
