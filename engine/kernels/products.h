#pragma once

#include <cstdint>

// The matrix products of a layer with a kernel, on plain row-major floats. None allocates.
namespace trainwreck {

struct ProductSize {
  std::int64_t rows = 0;   // of x and y
  std::int64_t inner = 0;  // columns of x, rows of the kernel
  std::int64_t width = 0;  // columns of the kernel and of y
};

// y = x * kernel + bias; bias (one number per column) may be null.
void multiply(const float* x, const float* kernel, const float* bias, float* y,
              const ProductSize& size);
// kernel_gradient = x^T * y_gradient; added to what is there where `add` says so.
void multiply_inputs(const float* x, const float* y_gradient, float* kernel_gradient,
                     const ProductSize& size, bool add = false);
// x_gradient = y_gradient * kernel^T
void multiply_back(const float* y_gradient, const float* kernel, float* x_gradient,
                   const ProductSize& size);
// sums[c] = sum over rows of values[r, c]; added to what is there where `add` says so.
void sum_rows(const float* values, float* sums, std::int64_t rows, std::int64_t width,
              bool add = false);

}  // namespace trainwreck
