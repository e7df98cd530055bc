// Method: every product against three plain loops in double, for sizes on both sides of every
// boundary: tiny and not, whole lanes and rests, one column, more than one panel.
#include "engine/kernels/products.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/engine/model/small_models.h"

namespace trainwreck {
namespace {

using testing::random_tensor;

const ProductSize kSizes[] = {{1, 1, 1},    {8, 10, 16}, {8, 16, 1},  {3, 5, 8},     {5, 7, 24},
                              {4, 3, 7},    {2, 2, 10},  {32, 50, 8}, {32, 50, 9},   {33, 40, 300},
                              {3, 300, 20}, {0, 4, 5},   {7, 1, 600}, {64, 64, 512}, {10, 4, 31}};

std::vector<double> reference(const float* a, const float* b, std::int64_t rows, std::int64_t inner,
                              std::int64_t width, bool transpose_a, bool transpose_b) {
  std::vector<double> result(static_cast<std::size_t>(rows * width));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < width; ++j) {
      double sum = 0.0;
      for (std::int64_t k = 0; k < inner; ++k) {
        sum += static_cast<double>(transpose_a ? a[k * rows + i] : a[i * inner + k]) *
               static_cast<double>(transpose_b ? b[j * inner + k] : b[k * width + j]);
      }
      result[static_cast<std::size_t>(i * width + j)] = sum;
    }
  }
  return result;
}

void expect_near(const Tensor& actual, const std::vector<double>& expected, const char* what) {
  for (std::int64_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(actual[i]), expected[static_cast<std::size_t>(i)], 1e-4)
        << what << " at " << i;
  }
}

TEST(Products, AreWhatPlainLoopsGive) {
  for (const ProductSize& size : kSizes) {
    SCOPED_TRACE((Shape{size.rows, size.inner, size.width}).text());
    const Tensor x = random_tensor({size.rows, size.inner}, 1);
    const Tensor kernel = random_tensor({size.inner, size.width}, 2);
    const Tensor gradient = random_tensor({size.rows, size.width}, 3);
    Tensor y({size.rows, size.width}, 9.0F);
    multiply(x.data(), kernel.data(), nullptr, y.data(), size);
    expect_near(y,
                reference(x.data(), kernel.data(), size.rows, size.inner, size.width, false, false),
                "multiply");
    Tensor kernel_gradient({size.inner, size.width}, 9.0F);
    multiply_inputs(x.data(), gradient.data(), kernel_gradient.data(), size);
    expect_near(
        kernel_gradient,
        reference(x.data(), gradient.data(), size.inner, size.rows, size.width, true, false),
        "multiply_inputs");
    Tensor x_gradient({size.rows, size.inner}, 9.0F);
    multiply_back(gradient.data(), kernel.data(), x_gradient.data(), size);
    expect_near(
        x_gradient,
        reference(gradient.data(), kernel.data(), size.rows, size.width, size.inner, false, true),
        "multiply_back");
  }
}

TEST(Products, AddTheBiasToEveryRow) {
  for (const std::int64_t width : {1, 3, 8, 40}) {
    const ProductSize size{5, 2, width};
    const Tensor x = random_tensor({5, 2}, 1);
    const Tensor kernel = random_tensor({2, width}, 2);
    const Tensor bias = random_tensor({width}, 3);
    Tensor plain({5, width});
    Tensor shifted({5, width});
    multiply(x.data(), kernel.data(), nullptr, plain.data(), size);
    multiply(x.data(), kernel.data(), bias.data(), shifted.data(), size);
    for (std::int64_t i = 0; i < plain.size(); ++i) {
      EXPECT_NEAR(shifted[i], plain[i] + bias[i % width], 1e-6F);
    }
  }
}

TEST(Products, AddOntoWhatIsThereWhenAsked) {
  const ProductSize size{2, 1, 1};
  const float x[] = {1, 2};
  const float gradient[] = {3, 4};
  float sum[] = {100};
  multiply_inputs(x, gradient, sum, size, true);
  EXPECT_EQ(sum[0], 111.0F);
  multiply_inputs(x, gradient, sum, size, false);
  EXPECT_EQ(sum[0], 11.0F);
}

TEST(Products, SumRowsByColumn) {
  for (const std::int64_t width : {1, 3, 8, 29}) {
    const Tensor values = random_tensor({6, width}, 1);
    Tensor sums({width}, 9.0F);
    sum_rows(values.data(), sums.data(), 6, width);
    for (std::int64_t c = 0; c < width; ++c) {
      float expected = 0.0F;
      for (std::int64_t r = 0; r < 6; ++r) expected += values[r * width + c];
      EXPECT_NEAR(sums[c], expected, 1e-6F);
    }
    sum_rows(values.data(), sums.data(), 6, width, true);
    EXPECT_NEAR(sums[0],
                2.0F * (values[0] + values[width] + values[2 * width] + values[3 * width] +
                        values[4 * width] + values[5 * width]),
                1e-5F);
  }
}

}  // namespace
}  // namespace trainwreck
