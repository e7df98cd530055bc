#include <algorithm>

#include "engine/base/params.h"
#include "engine/layers/layers.h"

namespace trainwreck::layers {
namespace {

class Flatten final : public Layer {
 public:
  std::string_view kind() const override { return "flatten"; }

  Shape build(const Shape& input_row, LayerBuilder&) override {
    input_row_ = input_row;
    return {input_row.size()};
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    return {input[0], input.row_size()};
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass&) override {
    copy(input, output);
  }

  void backward(const Tensor&, const Tensor&, Tensor& output_gradient, Tensor* input_gradient,
                const LayerPass&) override {
    if (input_gradient != nullptr) copy(output_gradient, *input_gradient);
  }

 private:
  static void copy(const Tensor& from, Tensor& to) {
    std::copy(from.values().begin(), from.values().end(), to.data());
  }

  Shape input_row_;
};

std::unique_ptr<Layer> read_flatten(Params&, const BuildContext&) { return make_flatten(); }

}  // namespace

std::unique_ptr<Layer> make_flatten() { return std::make_unique<Flatten>(); }

LayerEntry flatten() { return {"flatten", "makes each row one line of numbers", &read_flatten}; }

}  // namespace trainwreck::layers
