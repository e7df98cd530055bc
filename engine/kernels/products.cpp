#include "engine/kernels/products.h"

#include <algorithm>

#include "engine/kernels/eigen_maps.h"

namespace trainwreck {
namespace {

// A matrix read with any step between rows and between columns, so also a transposed one.
struct Strided {
  const float* at;
  std::int64_t row;
  std::int64_t column;
};

// c += a * b for kRows x kLanes of c, held in registers.
template <int kRows, int kLanes>
void add_tile(const Strided& a, const float* b, float* c, std::int64_t inner, std::int64_t width) {
  using Line = Eigen::Array<float, kLanes, 1>;
  Line sums[static_cast<std::size_t>(kRows)];
  for (int r = 0; r < kRows; ++r) sums[r] = Eigen::Map<const Line>(c + r * width);
  for (std::int64_t k = 0; k < inner; ++k) {
    const Line line = Eigen::Map<const Line>(b + k * width);
    for (int r = 0; r < kRows; ++r) sums[r] += a.at[r * a.row + k * a.column] * line;
  }
  for (int r = 0; r < kRows; ++r) Eigen::Map<Line>(c + r * width) = sums[r];
}

template <int kLanes>
void add_columns(Strided a, const float* b, float* c, const ProductSize& size) {
  std::int64_t r = 0;
  for (; r + 4 <= size.rows; r += 4, a.at += 4 * a.row) {
    add_tile<4, kLanes>(a, b, c + r * size.width, size.inner, size.width);
  }
  for (; r < size.rows; ++r, a.at += a.row) {
    add_tile<1, kLanes>(a, b, c + r * size.width, size.inner, size.width);
  }
}

void add_product(const Strided& a, const float* b, float* c, const ProductSize& size) {
  if (size.inner == 0) return;  // nothing to add, and `b` may be null
  std::int64_t at = 0;
  for (; at + 16 <= size.width; at += 16) add_columns<16>(a, b + at, c + at, size);
  for (; at + 8 <= size.width; at += 8) add_columns<8>(a, b + at, c + at, size);
  for (; at < size.width; ++at) add_columns<1>(a, b + at, c + at, size);
}

// Eigen's scratch for a product grows with the columns of the result. In panels of this many it
// stays below the limit up to which the build has Eigen take it from the stack and not from malloc.
template <class Work>
void in_panels(std::int64_t columns, const Work& work) {
  constexpr std::int64_t kPanel = 256;
  for (std::int64_t at = 0; at < columns; at += kPanel) {
    work(at, std::min(kPanel, columns - at));
  }
}

// Eigen packs its operands first; where there is little to multiply that costs more than it gains.
bool tiny(const ProductSize& size) {
  constexpr std::int64_t kTiny = 4096;
  return size.rows * size.inner * size.width <= kTiny;
}

bool tiny_lines(const ProductSize& size) { return size.width % 8 == 0 && tiny(size); }

}  // namespace

void multiply(const float* x, const float* kernel, const float* bias, float* y,
              const ProductSize& size) {
  if (bias == nullptr) {
    std::fill(y, y + size.rows * size.width, 0.0F);
  } else if (size.width == 1) {
    std::fill(y, y + size.rows, bias[0]);
  } else {
    for (std::int64_t r = 0; r < size.rows; ++r) {
      std::copy(bias, bias + size.width, y + r * size.width);
    }
  }
  if (tiny_lines(size)) {
    add_product({x, size.inner, 1}, kernel, y, size);
    return;
  }
  const ConstMatrixMap inputs(x, size.rows, size.inner);
  const ConstMatrixMap weights(kernel, size.inner, size.width);
  MatrixMap result(y, size.rows, size.width);
  in_panels(size.width, [&](std::int64_t at, std::int64_t count) {
    result.middleCols(at, count).noalias() += inputs * weights.middleCols(at, count);
  });
}

void multiply_inputs(const float* x, const float* y_gradient, float* kernel_gradient,
                     const ProductSize& size, bool add) {
  if (!add) std::fill(kernel_gradient, kernel_gradient + size.inner * size.width, 0.0F);
  if (tiny_lines(size)) {
    add_product({x, 1, size.inner}, y_gradient, kernel_gradient,
                {size.inner, size.rows, size.width});
    return;
  }
  const ConstMatrixMap inputs(x, size.rows, size.inner);
  const ConstMatrixMap gradients(y_gradient, size.rows, size.width);
  MatrixMap result(kernel_gradient, size.inner, size.width);
  in_panels(size.width, [&](std::int64_t at, std::int64_t count) {
    result.middleCols(at, count).noalias() += inputs.transpose() * gradients.middleCols(at, count);
  });
}

void multiply_back(const float* y_gradient, const float* kernel, float* x_gradient,
                   const ProductSize& size) {
  if (size.width == 1 && tiny(size)) {  // a column times a row
    for (std::int64_t r = 0; r < size.rows; ++r) {
      ArrayMap(x_gradient + r * size.inner, size.inner) =
          y_gradient[r] * ConstArrayMap(kernel, size.inner);
    }
    return;
  }
  const ConstMatrixMap gradients(y_gradient, size.rows, size.width);
  const ConstMatrixMap weights(kernel, size.inner, size.width);
  MatrixMap result(x_gradient, size.rows, size.inner);
  in_panels(size.inner, [&](std::int64_t at, std::int64_t count) {
    result.middleCols(at, count).noalias() = gradients * weights.middleRows(at, count).transpose();
  });
}

void sum_rows(const float* values, float* sums, std::int64_t rows, std::int64_t width, bool add) {
  if (!add) std::fill(sums, sums + width, 0.0F);
  if (width == 1) {
    sums[0] += ConstArrayMap(values, rows).sum();
  } else {
    const float one = 1.0F;
    add_product({&one, 0, 0}, values, sums, {1, rows, width});
  }
}

}  // namespace trainwreck
