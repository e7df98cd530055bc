#include "engine/combine/padding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/errors.h"

namespace trainwreck {

namespace {

constexpr std::array<std::string_view, 2> kSides{"post", "pre"};

Shape row_shape(const Shape& step, std::int64_t length, int rank) {
  return rank == 0 ? Shape{} : step.with_rows(length);
}

}  // namespace

Padding read_padding(Params& params) {
  constexpr std::array<std::string_view, 3> kCuts{"no", "post", "pre"};
  Padding padding;
  padding.length = params.maybe_integer(
      "length", "steps of every row; absent: as many as the longest in its batch", {1, 1 << 24});
  padding.side = static_cast<Side>(params.choice("side", kSides, 0, "where the filling goes"));
  padding.value = static_cast<float>(params.number("value", 0.0, "the filling"));
  const std::size_t cut =
      params.choice("truncate", kCuts, 0, "where a row longer than length is cut; no: an error");
  if (cut > 0) padding.truncate = static_cast<Side>(cut - 1);
  return padding;
}

void RowCollector::clear() {
  values_.clear();
  lengths_.clear();
}

void RowCollector::add(std::span<const float> values, const Shape& row) {
  const std::int64_t length = row.rank() == 0 ? 1 : row[0];
  const Shape step = row.rank() == 0 ? Shape{} : row.without_rows();
  if (lengths_.empty()) {
    step_ = step;
    rank_ = row.rank();
  } else if (row.rank() != rank_ || !(step == step_)) {
    throw ShapeError(fmt::format("{}: row {} of the batch has shape {}, row 0 has {}", who_, rows(),
                                 row.text(), row_shape(step_, lengths_[0], rank_).text()));
  }
  values_.insert(values_.end(), values.begin(), values.end());
  lengths_.push_back(length);
}

void RowCollector::check_all_alike() const {
  for (std::size_t i = 1; i < lengths_.size(); ++i) {
    if (lengths_[i] == lengths_[0]) continue;
    throw ShapeError(
        fmt::format("{}: row {} of the batch has shape {}, row 0 has {}: rows of different length "
                    "need padding",
                    who_, i, row_shape(step_, lengths_[i], rank_).text(),
                    row_shape(step_, lengths_[0], rank_).text()));
  }
}

std::int64_t RowCollector::padded_length(const Padding& padding) const {
  const auto longest = std::max_element(lengths_.begin(), lengths_.end());
  if (!padding.length) return *longest;
  if (*longest > *padding.length && !padding.truncate) {
    throw ShapeError(fmt::format("{}: row {} of the batch has {} steps, more than the length {}",
                                 who_, longest - lengths_.begin(), *longest, *padding.length));
  }
  return *padding.length;
}

void RowCollector::finish(const std::optional<Padding>& padding, Tensor& out) const {
  if (lengths_.empty()) {
    out.clear();
    return;
  }
  if (!padding || rank_ == 0) {
    check_all_alike();
    out.resize(row_shape(step_, lengths_[0], rank_).with_rows(rows()));
    std::copy(values_.begin(), values_.end(), out.data());
    return;
  }
  const std::int64_t length = padded_length(*padding);
  out.resize(step_.with_rows(length).with_rows(rows()));
  std::span<const float> left = values_;
  for (std::int64_t i = 0; i < rows(); ++i) {
    const std::int64_t steps = lengths_[static_cast<std::size_t>(i)];
    const auto size = static_cast<std::size_t>(steps * step_.size());
    pad_row(left.first(size), steps, step_.size(), length, *padding,
            out.data() + i * length * step_.size());
    left = left.subspan(size);
  }
}

void pad_row(std::span<const float> row, std::int64_t steps, std::int64_t step_size,
             std::int64_t length, const Padding& padding, float* to) {
  const std::int64_t kept = std::min(steps, length);
  const std::int64_t cut = padding.truncate == Side::pre ? steps - kept : 0;
  const std::int64_t filling = (length - kept) * step_size;
  float* start = padding.side == Side::pre ? to + filling : to;
  std::copy_n(row.data() + cut * step_size, kept * step_size, start);
  std::fill_n(padding.side == Side::pre ? to : to + kept * step_size, filling, padding.value);
}

}  // namespace trainwreck
