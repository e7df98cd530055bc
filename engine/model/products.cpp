#include "engine/model/products.h"

#include <algorithm>

#include "engine/model/eigen_maps.h"

namespace trainwreck {
namespace {

// Below this many multiplications Eigen's packing costs more than it gains.
constexpr std::int64_t kTiny = 8192;

bool tiny(const ProductSize& size) { return size.rows * size.inner * size.width <= kTiny; }

}  // namespace

void multiply(const float* x, const float* kernel, float* y, const ProductSize& size) {
  const ConstMatrixMap a(x, size.rows, size.inner);
  const ConstMatrixMap b(kernel, size.inner, size.width);
  MatrixMap c(y, size.rows, size.width);
  if (tiny(size)) {
    c = a.lazyProduct(b);
  } else {
    c.noalias() = a * b;
  }
}

void multiply_inputs(const float* x, const float* y_gradient, float* kernel_gradient,
                     const ProductSize& size, bool add) {
  const ConstMatrixMap a(x, size.rows, size.inner);
  const ConstMatrixMap b(y_gradient, size.rows, size.width);
  MatrixMap c(kernel_gradient, size.inner, size.width);
  if (add) {
    c.noalias() += a.transpose() * b;
  } else if (tiny(size)) {
    c = a.transpose().lazyProduct(b);
  } else {
    c.noalias() = a.transpose() * b;
  }
}

void multiply_back(const float* y_gradient, const float* kernel, float* x_gradient,
                   const ProductSize& size) {
  const ConstMatrixMap a(y_gradient, size.rows, size.width);
  const ConstMatrixMap b(kernel, size.inner, size.width);
  MatrixMap c(x_gradient, size.rows, size.inner);
  if (tiny(size)) {
    c = a.lazyProduct(b.transpose());
  } else {
    c.noalias() = a * b.transpose();
  }
}

void sum_rows(const float* values, float* sums, std::int64_t rows, std::int64_t width, bool add) {
  ArrayMap total(sums, width);
  if (!add) total.setZero();
  for (std::int64_t i = 0; i < rows; ++i) total += ConstArrayMap(values + i * width, width);
}

}  // namespace trainwreck
