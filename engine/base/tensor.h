#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The extent of a tensor: up to four dimensions, the first one counts rows. A dimension of
// kUnknown stands for "any" where a shape describes what is accepted.
class Shape {
 public:
  static constexpr int kMaxRank = 4;
  static constexpr std::int64_t kUnknown = -1;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims);
  static Shape of(std::span<const std::int64_t> dims);

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return dims_[static_cast<std::size_t>(axis)]; }
  std::int64_t back() const { return dims_[static_cast<std::size_t>(rank_ - 1)]; }
  void set(int axis, std::int64_t extent) { dims_[static_cast<std::size_t>(axis)] = extent; }

  // Number of elements; 1 for rank 0, kUnknown when a dimension is.
  std::int64_t size() const;
  // Elements in one row: the product of all dimensions but the first.
  std::int64_t row_size() const;
  // The shape of one row, and the shape of `rows` such rows.
  Shape without_rows() const;
  Shape with_rows(std::int64_t rows) const;
  // True when `other` has our rank and equals us wherever we are known.
  bool accepts(const Shape& other) const;
  // As Python prints it: "(32, 784)", "(32,)", "()", with None for kUnknown.
  std::string text() const;

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }

 private:
  std::array<std::int64_t, kMaxRank> dims_{};
  int rank_ = 0;
};

// What a source says its values are. The engine computes in float32 alone and stores every tensor
// so; the dtype is the source's claim, which a policy may cast or refuse. `none`: there is no
// tensor.
enum class Dtype : std::uint8_t {
  none,
  float32,
  float64,
  int32,
  int64,
  uint8,
  boolean,
  complex64,
  text
};
std::string_view name_of(Dtype dtype);

// Row-major floats with a shape. Shrinking and growing back keeps the buffer, so a tensor that is
// reused from step to step allocates only the first time.
class Tensor {
 public:
  Tensor() = default;  // absent: `present()` is false
  explicit Tensor(const Shape& shape, float fill = 0.0F);
  Tensor(const Shape& shape, std::vector<float> values);

  bool present() const { return dtype_ != Dtype::none; }
  const Shape& shape() const { return shape_; }
  Dtype dtype() const { return dtype_; }
  std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
  // Rows and elements per row; a rank-0 tensor is one row of one element.
  std::int64_t rows() const { return shape_.rank() == 0 ? size() : shape_[0]; }
  std::int64_t row_size() const { return shape_.row_size(); }
  std::int64_t bytes() const { return size() * static_cast<std::int64_t>(sizeof(float)); }

  float* data() { return values_.data(); }
  const float* data() const { return values_.data(); }
  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }
  std::span<float> row(std::int64_t index);
  std::span<const float> row(std::int64_t index) const;
  float& operator[](std::int64_t i) { return values_[static_cast<std::size_t>(i)]; }
  float operator[](std::int64_t i) const { return values_[static_cast<std::size_t>(i)]; }

  // New shape, float32; the values are unspecified afterwards.
  void resize(const Shape& shape);
  // Same number of elements, other shape; the values stay.
  void reshape(const Shape& shape);
  void set_dtype(Dtype dtype) { dtype_ = dtype; }
  void fill(float value);
  // Becomes absent but keeps the buffer.
  void clear();

  bool all_finite() const;
  friend bool operator==(const Tensor& a, const Tensor& b) = default;

 private:
  Shape shape_;
  Dtype dtype_ = Dtype::none;
  std::vector<float> values_;
};

// True when no value is NaN or infinite. One pass, no early exit: fast on healthy data.
bool all_finite(std::span<const float> values);

}  // namespace trainwreck
