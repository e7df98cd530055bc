#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/base/tensor.h"

namespace trainwreck {

enum class Side : std::uint8_t { post, pre };

// How sequences of different length become rows of one tensor.
struct Padding {
  std::optional<std::int64_t>
      length{};            // steps of every row; nullopt: as many as the longest in the batch
  Side side = Side::post;  // where the filling goes
  float value = 0.0F;
  std::optional<Side> truncate{};  // where a row that is too long is cut; nullopt: that is an error
};
Padding read_padding(Params& params);

// Rows that are gathered into one tensor: all of one shape, or padded along their first dimension.
class RowCollector {
 public:
  // `who` names the owner in messages, e.g. "pipeline: x".
  explicit RowCollector(std::string who) : who_(std::move(who)) {}

  void clear();
  std::int64_t rows() const { return static_cast<std::int64_t>(lengths_.size()); }
  // One more row, of this shape; a row's first dimension is its number of steps. Throws ShapeError
  // for a row whose other dimensions are not those of the first.
  void add(std::span<const float> values, const Shape& row);
  // Fills `out` with all rows; throws ShapeError when they differ in length and there is no
  // padding.
  void finish(const std::optional<Padding>& padding, Tensor& out) const;

 private:
  void check_all_alike() const;
  std::int64_t padded_length(const Padding& padding) const;

  std::string who_;
  Shape step_;    // of one step of the first row
  int rank_ = 0;  // of the first row
  std::vector<float> values_;
  std::vector<std::int64_t> lengths_;
};

// Copies one row of `steps` steps to the `length` steps at `to`.
void pad_row(std::span<const float> row, std::int64_t steps, std::int64_t step_size,
             std::int64_t length, const Padding& padding, float* to);

}  // namespace trainwreck
