#include "engine/kernels/activations.h"

#include <array>

#include "engine/base/params.h"
#include "engine/kernels/eigen_maps.h"

namespace trainwreck {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"linear", "relu", "softmax", "sigmoid", "tanh"};

void softmax_row(float* values, std::int64_t width) {
  ArrayMap row(values, width);
  row = (row - row.maxCoeff<Eigen::PropagateNaN>()).exp();
  row *= 1.0F / row.sum();
}

void softmax_gradient_row(const float* output, float* gradient, std::int64_t width) {
  const ConstArrayMap y(output, width);
  ArrayMap g(gradient, width);
  const float mean = (y * g).sum();
  g = y * (g - mean);
}

}  // namespace

Activation read_activation(Params& params) {
  return static_cast<Activation>(params.choice(
      "activation", kNames, 0, "what is applied to the outputs, softmax along the last axis"));
}

void activate(Activation activation, float* values, std::int64_t rows, std::int64_t width) {
  ArrayMap all(values, rows * width);
  switch (activation) {
    case Activation::linear:
      break;
    case Activation::relu:
      all = all.max(0.0F);  // in this order a NaN stays: max(a, b) is a < b ? b : a
      break;
    case Activation::sigmoid:
      all = all.logistic();
      break;
    case Activation::tanh:
      all = all.tanh();
      break;
    case Activation::softmax:
      for (std::int64_t row = 0; row < rows; ++row) softmax_row(values + row * width, width);
      break;
  }
}

void activation_gradient(Activation activation, const float* output, float* gradient,
                         std::int64_t rows, std::int64_t width) {
  const std::int64_t size = rows * width;
  const ConstArrayMap y(output, size);
  ArrayMap g(gradient, size);
  switch (activation) {
    case Activation::linear:
      break;
    case Activation::relu:
      for (std::int64_t i = 0; i < size; ++i) gradient[i] = output[i] > 0.0F ? gradient[i] : 0.0F;
      break;
    case Activation::sigmoid:
      g *= y * (1.0F - y);
      break;
    case Activation::tanh:
      g *= 1.0F - y.square();
      break;
    case Activation::softmax:
      for (std::int64_t row = 0; row < rows; ++row) {
        softmax_gradient_row(output + row * width, gradient + row * width, width);
      }
      break;
  }
}

}  // namespace trainwreck
