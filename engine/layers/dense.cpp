#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"
#include "engine/kernels/products.h"
#include "engine/layers/layers.h"

namespace trainwreck::layers {
namespace {

class Dense final : public Layer {
 public:
  explicit Dense(DenseOptions options) : options_(std::move(options)) {}

  std::string_view kind() const override { return "dense"; }

  Shape build(const Shape& input_row, LayerBuilder& builder) override {
    if (input_row.rank() < 1 || input_row.back() == Shape::kUnknown) {
      throw ShapeError("expected input with a known last dimension, got " +
                       input_row.with_rows(Shape::kUnknown).text());
    }
    input_row_ = input_row;
    const std::int64_t inner = input_row.back();
    kernel_ = builder.parameter("kernel", {inner, options_.units}, {inner, options_.units},
                                *options_.kernel_initializer, options_.l2);
    if (options_.use_bias) {
      bias_ = builder.parameter("bias", {options_.units}, {options_.units, options_.units},
                                *options_.bias_initializer, 0.0F);
    }
    return with_units(input_row);
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    return with_units(input);
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    const ProductSize size = size_of(input);
    multiply(input.data(), pass.values + kernel_, options_.use_bias ? pass.values + bias_ : nullptr,
             output.data(), size);
    activate(options_.activation, output.data(), size.rows, size.width);
  }

  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass& pass) override {
    const ProductSize size = size_of(input);
    float* gradient = output_gradient.data();
    activation_gradient(options_.activation, output.data(), gradient, size.rows, size.width);
    multiply_inputs(input.data(), gradient, pass.gradients + kernel_, size);
    if (options_.use_bias) sum_rows(gradient, pass.gradients + bias_, size.rows, size.width);
    if (input_gradient != nullptr) {
      multiply_back(gradient, pass.values + kernel_, input_gradient->data(), size);
    }
  }

 private:
  Shape with_units(Shape shape) const {
    shape.set(shape.rank() - 1, options_.units);
    return shape;
  }

  ProductSize size_of(const Tensor& input) const {
    const std::int64_t inner = input_row_.back();
    const std::int64_t rows = inner == 0 ? input.rows() : input.size() / inner;
    return {rows, inner, options_.units};
  }

  DenseOptions options_;
  Shape input_row_;
  std::int64_t kernel_ = 0;
  std::int64_t bias_ = 0;
};

std::unique_ptr<Layer> read_dense(Params& params, const BuildContext& context) {
  DenseOptions options;
  options.units = params.need_integer("units", "width of the output", {1, 1 << 24});
  options.activation = read_activation(params);
  options.use_bias = params.flag("use_bias", true, "adds one number per unit");
  options.kernel_initializer = read_initialiser(
      params, "kernel_initializer", "first values of the kernel; default glorot_uniform", context);
  options.bias_initializer = read_initialiser(params, "bias_initializer",
                                              "first values of the bias; default zeros", context);
  options.l2 = static_cast<float>(
      params.number("l2", 0.0, "penalty l2 * sum(kernel^2) added to the loss", {0.0}));
  return make_dense(std::move(options));
}

}  // namespace

std::unique_ptr<Layer> make_dense(DenseOptions options) {
  if (options.units < 1) throw ValueError("dense: units must be at least 1");
  if (!options.kernel_initializer) {
    options.kernel_initializer = initialisers::make_glorot_uniform();
  }
  if (!options.bias_initializer) options.bias_initializer = initialisers::make_zeros();
  return std::make_unique<Dense>(std::move(options));
}

LayerEntry dense() {
  return {"dense", "fully connected: activation(x * kernel + bias) along the last axis",
          &read_dense};
}

}  // namespace trainwreck::layers
