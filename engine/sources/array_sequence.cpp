#include "engine/sources/array_sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

ArraySequence::ArraySequence(ArrayData data, const ArraySequenceOptions& options, std::string name)
    : data_(std::move(data)), options_(options), name_(std::move(name)) {
  options_.batches.check(name_);
  check_rows(name_, data_);
  batches_ = options_.batches.count(data_.x.rows());
  if (options_.endless && batches_ == 0) {
    throw ValueError(fmt::format("{}: it takes a batch to go on for ever", name_));
  }
  order_.resize(static_cast<std::size_t>(data_.x.rows()));
  std::iota(order_.begin(), order_.end(), 0);
}

std::optional<std::int64_t> ArraySequence::length() const {
  return options_.endless ? std::nullopt : std::optional(batches_);
}

std::int64_t ArraySequence::batch_count() const {
  return options_.endless ? std::numeric_limits<std::int64_t>::max() : batches_;
}

void ArraySequence::batch(std::int64_t index, Batch& out) {
  ++counts_.batches;
  const std::int64_t first = index % batches_ * options_.batches.batch_size;
  const std::int64_t rows = std::min(options_.batches.batch_size, data_.x.rows() - first);
  out.samples.assign(order_.begin() + first, order_.begin() + first + rows);
  gather_rows(data_.x, out.samples, out.x);
  gather_rows(data_.y, out.samples, out.y);
  gather_rows(data_.sample_weight, out.samples, out.sample_weight);
}

void ArraySequence::on_epoch_end() {
  Sequence::on_epoch_end();
  ++counts_.epoch_ends;
  for (float& value : data_.x.values()) value += options_.epoch_end_adds;
  if (!options_.shuffle_on_epoch_end) return;
  shuffled_order({.number = counts_.epoch_ends, .seed = options_.seed}, order_);
}

}  // namespace trainwreck
