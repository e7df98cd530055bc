#include "engine/sources/array_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"

namespace trainwreck {

namespace {

std::size_t bytes_of(std::int64_t floats) {
  return static_cast<std::size_t>(floats) * sizeof(float);
}

// Returns false when there is nothing to copy into.
bool shape_like(const Tensor& from, std::int64_t rows, Tensor& out) {
  if (!from.present()) {
    out.clear();
    return false;
  }
  Shape shape = from.shape();
  shape.set(0, rows);
  out.resize(shape);
  out.set_dtype(from.dtype());
  return true;
}

void complain_rows(std::string& complaints, const char* what, const Tensor& tensor,
                   std::int64_t rows) {
  if (tensor.present() && tensor.rows() != rows) {
    complaints += fmt::format(", {} has {}", what, tensor.rows());
  }
}

}  // namespace

void check_rows(const std::string& name, const ArrayData& data) {
  if (!data.x.present()) throw ValueError(fmt::format("{}: x is absent", name));
  if (data.x.shape().rank() == 0) {
    throw ShapeError(fmt::format("{}: x must have rows, got shape ()", name));
  }
  std::string complaints;
  complain_rows(complaints, "y", data.y, data.x.rows());
  complain_rows(complaints, "sample_weight", data.sample_weight, data.x.rows());
  if (!complaints.empty()) {
    throw ValueError(fmt::format("{}: x has {} rows{}", name, data.x.rows(), complaints));
  }
  if (data.sample_weight.present() && data.sample_weight.row_size() != 1) {
    throw ShapeError(fmt::format("{}: sample_weight must hold one number per row, got shape {}",
                                 name, data.sample_weight.shape().text()));
  }
}

std::int64_t BatchOptions::count(std::int64_t rows) const {
  return drop_last ? rows / batch_size : rows / batch_size + (rows % batch_size == 0 ? 0 : 1);
}

void BatchOptions::check(const std::string& name) const {
  if (batch_size < 1) {
    throw ValueError(fmt::format("{}: batch_size must be at least 1, got {}", name, batch_size));
  }
}

std::int64_t rows_before_split(const std::string& name, std::int64_t rows, double fraction) {
  if (!(fraction > 0.0 && fraction < 1.0)) {
    throw ValueError(fmt::format("{}: the fraction to split off must lie between 0 and 1, got {}",
                                 name, number_text(fraction)));
  }
  const auto kept =
      static_cast<std::int64_t>(std::floor(static_cast<double>(rows) * (1.0 - fraction)));
  if (kept <= 0 || kept >= rows) {
    throw ValueError(fmt::format("{}: {} rows are too few to split off {} of them", name, rows,
                                 number_text(fraction)));
  }
  return kept;
}

void gather_rows(const Tensor& from, std::span<const std::int64_t> rows, Tensor& out) {
  if (!shape_like(from, static_cast<std::int64_t>(rows.size()), out)) return;
  const std::int64_t width = from.row_size();
  if (width == 0) return;
  float* to = out.data();
  for (const std::int64_t row : rows) {
    std::memcpy(to, from.data() + row * width, bytes_of(width));
    to += width;
  }
}

void copy_rows(const Tensor& from, std::int64_t first, std::int64_t rows, Tensor& out) {
  if (!shape_like(from, rows, out) || out.size() == 0) return;
  std::memcpy(out.data(), from.data() + first * from.row_size(), bytes_of(out.size()));
}

ArraySource::ArraySource(ArrayData data, BatchOptions options, std::string name)
    : asked_(options), options_(options), name_(std::move(name)) {
  if (asked_.batch_size == 0) options_.batch_size = BatchOptions().batch_size;
  options_.check(name_);
  check_rows(name_, data);
  rows_ = data.x.rows();
  data_ = std::make_shared<const ArrayData>(std::move(data));
}

ArraySource::ArraySource(const ArraySource& whole, std::int64_t first, std::int64_t rows)
    : data_(whole.data_),
      first_(first),
      rows_(rows),
      asked_(whole.asked_),
      options_(whole.options_),
      name_(whole.name_ + " (split off)") {}

SourceTraits ArraySource::traits() const {
  return {.name = name_, .shuffles_rows = true, .thread_safe = true};
}

void ArraySource::start_pass(const Pass& pass) {
  pass_ = pass.number;
  order_.clear();
  if (!pass.shuffle) return;
  order_.resize(static_cast<std::size_t>(rows_));
  shuffled_order(pass, order_);
  for (std::int64_t& row : order_) row += first_;
}

void ArraySource::settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) {
  if (asked_.told && zero == ZeroBatchSize::refused) asked_.check(name_);
  if (asked_.told && asked_.batch_size > 0) return;
  options_.batch_size = BatchOptions().batch_size;
  if (steps && *steps > 0) {
    options_.batch_size = std::max<std::int64_t>(1, (rows_ + *steps - 1) / *steps);
  }
}

bool ArraySource::fetch(std::int64_t index, Batch& out) {
  const std::int64_t count = options_.count(rows_);
  if (index < 0 || index >= count) check_batch_index(name_, index, count);
  const std::int64_t first = index * options_.batch_size;
  const std::int64_t rows = std::min(options_.batch_size, rows_ - first);
  out.id = {.source = 0, .epoch = pass_, .index = index};
  out.samples.resize(static_cast<std::size_t>(rows));
  if (order_.empty()) {
    std::iota(out.samples.begin(), out.samples.end(), first_ + first);
    copy_rows(data_->x, first_ + first, rows, out.x);
    copy_rows(data_->y, first_ + first, rows, out.y);
    copy_rows(data_->sample_weight, first_ + first, rows, out.sample_weight);
    return true;
  }
  std::copy_n(order_.begin() + first, rows, out.samples.begin());
  gather_rows(data_->x, out.samples, out.x);
  gather_rows(data_->y, out.samples, out.y);
  gather_rows(data_->sample_weight, out.samples, out.sample_weight);
  return true;
}

std::shared_ptr<DataSource> ArraySource::split_off(double fraction) {
  const std::int64_t kept = rows_before_split(name_, rows_, fraction);
  std::shared_ptr<ArraySource> part(new ArraySource(*this, first_ + kept, rows_ - kept));
  lent_ += rows_ - kept;
  rows_ = kept;
  order_.clear();
  return part;
}

void ArraySource::rejoin() {
  rows_ += std::exchange(lent_, 0);
  order_.clear();
}

}  // namespace trainwreck
