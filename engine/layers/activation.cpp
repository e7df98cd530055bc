#include <algorithm>

#include "engine/base/params.h"
#include "engine/layers/layers.h"

namespace trainwreck::layers {
namespace {

class ActivationLayer final : public Layer {
 public:
  explicit ActivationLayer(ActivationOptions options) : activation_(options.activation) {}

  std::string_view kind() const override { return "activation"; }

  Shape build(const Shape& input_row, LayerBuilder&) override {
    input_row_ = input_row;
    return input_row;
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    return input;
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass&) override {
    std::copy(input.values().begin(), input.values().end(), output.data());
    activate(activation_, output.data(), lines(input), width(input));
  }

  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass&) override {
    if (input_gradient == nullptr) return;
    const std::span<const float> gradient = output_gradient.values();
    std::copy(gradient.begin(), gradient.end(), input_gradient->data());
    activation_gradient(activation_, output.data(), input_gradient->data(), lines(input),
                        width(input));
  }

 private:
  static std::int64_t width(const Tensor& tensor) {
    return tensor.shape().rank() < 2 ? 1 : tensor.shape().back();
  }
  static std::int64_t lines(const Tensor& tensor) {
    return tensor.size() == 0 ? 0 : tensor.size() / width(tensor);
  }

  Activation activation_;
  Shape input_row_;
};

std::unique_ptr<Layer> read_activation(Params& params, const BuildContext&) {
  return make_activation({.activation = read_activation(params)});
}

}  // namespace

std::unique_ptr<Layer> make_activation(ActivationOptions options) {
  return std::make_unique<ActivationLayer>(options);
}

LayerEntry activation() {
  return {"activation", "applies an activation function to its input", &read_activation};
}

}  // namespace trainwreck::layers
