#include "engine/base/tensor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/errors.h"

namespace trainwreck {
namespace {

std::int64_t product(const Shape& shape, int from) {
  std::int64_t result = 1;
  for (int axis = from; axis < shape.rank(); ++axis) {
    if (shape[axis] == Shape::kUnknown) return Shape::kUnknown;
    if (__builtin_mul_overflow(result, shape[axis], &result)) {
      throw ShapeError("shape " + shape.text() + " has too many elements to count");
    }
  }
  return result;
}

std::size_t count_of(const Shape& shape) {
  const std::int64_t size = shape.size();
  if (size < 0) throw ShapeError("a tensor cannot have the open shape " + shape.text());
  return static_cast<std::size_t>(size);
}

std::string count_message(const Shape& shape, std::size_t count) {
  return "shape " + shape.text() + " needs " + std::to_string(shape.size()) + " values, got " +
         std::to_string(count);
}

constexpr std::size_t kLanes = 16;
constexpr std::uint32_t kExponent = 0x7F800000U;
constexpr std::uint32_t kSign = 0x80000000U;

std::uint32_t exponent_is_full(const float* value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, value, sizeof bits);
  return (bits & kExponent) + 0x00800000U;  // carries into the sign bit for NaN and infinity
}

}  // namespace

Shape::Shape(std::initializer_list<std::int64_t> dims)
    : Shape(of(std::span<const std::int64_t>(dims.begin(), dims.size()))) {}

Shape Shape::of(std::span<const std::int64_t> dims) {
  if (dims.size() > static_cast<std::size_t>(kMaxRank)) {
    throw ShapeError("a shape has at most 4 dimensions, got " + std::to_string(dims.size()));
  }
  Shape shape;
  for (const std::int64_t extent : dims) {
    if (extent < kUnknown) {
      throw ShapeError("a dimension cannot be negative, got " + std::to_string(extent));
    }
    shape.dims_[static_cast<std::size_t>(shape.rank_++)] = extent;
  }
  return shape;
}

std::int64_t Shape::size() const { return product(*this, 0); }

std::int64_t Shape::row_size() const { return product(*this, 1); }

Shape Shape::without_rows() const {
  Shape row;
  for (int axis = 1; axis < rank_; ++axis) {
    row.dims_[static_cast<std::size_t>(row.rank_++)] = (*this)[axis];
  }
  return row;
}

Shape Shape::with_rows(std::int64_t rows) const {
  if (rank_ == kMaxRank) throw ShapeError("no room for rows in front of shape " + text());
  Shape batch;
  batch.dims_[0] = rows;
  batch.rank_ = rank_ + 1;
  for (int axis = 0; axis < rank_; ++axis) batch.set(axis + 1, (*this)[axis]);
  return batch;
}

bool Shape::accepts(const Shape& other) const {
  if (rank_ != other.rank_) return false;
  for (int axis = 0; axis < rank_; ++axis) {
    if ((*this)[axis] != kUnknown && (*this)[axis] != other[axis]) return false;
  }
  return true;
}

std::string Shape::text() const {
  std::string result = "(";
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis > 0) result += ", ";
    result += (*this)[axis] == kUnknown ? "None" : std::to_string((*this)[axis]);
  }
  return result + (rank_ == 1 ? ",)" : ")");
}

std::string_view name_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::none:
      return "none";
    case Dtype::float32:
      return "float32";
    case Dtype::float64:
      return "float64";
    case Dtype::int32:
      return "int32";
    case Dtype::int64:
      return "int64";
    case Dtype::uint8:
      return "uint8";
    case Dtype::boolean:
      return "bool";
    case Dtype::complex64:
      return "complex64";
    case Dtype::text:
      return "text";
  }
  TRAINWRECK_CHECK(false, "a dtype without a name");
}

Tensor::Tensor(const Shape& shape, float fill)
    : shape_(shape), dtype_(Dtype::float32), values_(count_of(shape), fill) {}

Tensor::Tensor(const Shape& shape, std::vector<float> values)
    : shape_(shape), dtype_(Dtype::float32), values_(std::move(values)) {
  if (values_.size() != count_of(shape)) throw ShapeError(count_message(shape, values_.size()));
}

std::span<float> Tensor::row(std::int64_t index) {
  const auto width = static_cast<std::size_t>(row_size());
  TRAINWRECK_CHECK(index >= 0 && index < rows(), "no such row");
  return std::span<float>(values_).subspan(static_cast<std::size_t>(index) * width, width);
}

std::span<const float> Tensor::row(std::int64_t index) const {
  const auto width = static_cast<std::size_t>(row_size());
  TRAINWRECK_CHECK(index >= 0 && index < rows(), "no such row");
  return std::span<const float>(values_).subspan(static_cast<std::size_t>(index) * width, width);
}

void Tensor::resize(const Shape& shape) {
  values_.resize(count_of(shape));
  shape_ = shape;
  dtype_ = Dtype::float32;
}

void Tensor::reshape(const Shape& shape) {
  if (count_of(shape) != values_.size()) throw ShapeError(count_message(shape, values_.size()));
  shape_ = shape;
}

void Tensor::fill(float value) { std::fill(values_.begin(), values_.end(), value); }

void Tensor::clear() {
  values_.clear();
  shape_ = Shape();
  dtype_ = Dtype::none;
}

bool Tensor::all_finite() const { return trainwreck::all_finite(values_); }

bool all_finite(std::span<const float> values) {
  const std::size_t whole = values.size() - values.size() % kLanes;
  if (whole > 0) {
    std::uint32_t lanes[kLanes] = {};
    for (std::size_t i = 0; i < whole; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        lanes[lane] |= exponent_is_full(&values[i + lane]);
      }
    }
    std::uint32_t any = 0;
    for (const std::uint32_t lane : lanes) any |= lane;
    if ((any & kSign) != 0) return false;
  }
  for (std::size_t i = whole; i < values.size(); ++i) {
    if ((exponent_is_full(&values[i]) & kSign) != 0) return false;
  }
  return true;
}

}  // namespace trainwreck
