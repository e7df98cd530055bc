#include "engine/combine/ragged_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

RaggedSource::RaggedSource(RaggedData data, const Padding& padding, BatchOptions options,
                           std::string name)
    : data_(std::move(data)), padding_(padding), options_(options), name_(std::move(name)) {
  options_.check(name_);
  if (data_.y.present() && data_.y.rows() != data_.x.rows()) {
    throw ValueError(
        fmt::format("{}: x has {} rows, y has {}", name_, data_.x.rows(), data_.y.rows()));
  }
  order_.resize(static_cast<std::size_t>(data_.x.rows()));
  std::iota(order_.begin(), order_.end(), 0);
  if (!padding_.length || padding_.truncate) return;
  for (std::int64_t i = 0; i < data_.x.rows(); ++i) {
    if (data_.x.length(i) <= *padding_.length) continue;
    throw ShapeError(fmt::format("{}: row {} has {} steps, more than the length {}", name_, i,
                                 data_.x.length(i), *padding_.length));
  }
}

SourceTraits RaggedSource::traits() const {
  return {.name = name_, .shuffles_rows = true, .thread_safe = true};
}

void RaggedSource::start_pass(const Pass& pass) {
  pass_ = pass.number;
  std::iota(order_.begin(), order_.end(), 0);
  if (pass.shuffle) shuffled_order(pass, order_);
}

bool RaggedSource::fetch(std::int64_t index, Batch& out) {
  const std::int64_t count = *length();
  if (index < 0 || index >= count) check_batch_index(name_, index, count);
  const std::int64_t first = index * options_.batch_size;
  const std::int64_t rows = std::min(options_.batch_size, data_.x.rows() - first);
  out.id = {.source = 0, .epoch = pass_, .index = index};
  out.samples.assign(order_.begin() + first, order_.begin() + first + rows);
  gather_rows(data_.y, out.samples, out.y);
  out.sample_weight.clear();

  std::int64_t longest = 0;
  for (const std::int64_t row : out.samples) longest = std::max(longest, data_.x.length(row));
  const std::int64_t length = padding_.length.value_or(longest);
  const std::int64_t step = data_.x.step.size();
  out.x.resize(data_.x.step.with_rows(length).with_rows(rows));
  float* to = out.x.data();
  for (const std::int64_t row : out.samples) {
    const auto begin = static_cast<std::size_t>(data_.x.starts[static_cast<std::size_t>(row)]);
    const std::int64_t steps = data_.x.length(row);
    pad_row(std::span(data_.x.values).subspan(begin, static_cast<std::size_t>(steps * step)), steps,
            step, length, padding_, to);
    to += length * step;
  }
  return true;
}

}  // namespace trainwreck
