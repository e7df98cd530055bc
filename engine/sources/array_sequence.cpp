#include "engine/sources/array_sequence.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace trainwreck {

ArraySequence::ArraySequence(ArrayData data, const ArraySequenceOptions& options, std::string name)
    : data_(std::move(data)), options_(options), name_(std::move(name)) {
  options_.batches.check(name_);
  check_rows(name_, data_);
  order_.resize(static_cast<std::size_t>(data_.x.rows()));
  std::iota(order_.begin(), order_.end(), 0);
}

std::int64_t ArraySequence::batch_count() const { return options_.batches.count(data_.x.rows()); }

void ArraySequence::batch(std::int64_t index, Batch& out) {
  ++counts_.batches;
  const std::int64_t first = index * options_.batches.batch_size;
  const std::int64_t rows = std::min(options_.batches.batch_size, data_.x.rows() - first);
  out.samples.assign(order_.begin() + first, order_.begin() + first + rows);
  gather_rows(data_.x, out.samples, out.x);
  gather_rows(data_.y, out.samples, out.y);
  gather_rows(data_.sample_weight, out.samples, out.sample_weight);
}

void ArraySequence::on_epoch_end() {
  Sequence::on_epoch_end();
  ++counts_.epoch_ends;
  if (!options_.shuffle_on_epoch_end) return;
  shuffled_order({.number = counts_.epoch_ends, .seed = options_.seed}, order_);
}

}  // namespace trainwreck
