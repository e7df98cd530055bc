#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/random.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/layers/layers.h"
#include "engine/model/streams.h"

namespace trainwreck::layers {
namespace {

// Which values are dropped is a function of the seed, the layer's name, the epoch, the batch and
// the value's place, so a step that is done again drops the same ones.
class Dropout final : public Layer {
 public:
  explicit Dropout(DropoutOptions options) : rate_(options.rate) {}

  std::string_view kind() const override { return "dropout"; }

  Shape build(const Shape& input_row, LayerBuilder&) override {
    input_row_ = input_row;
    return input_row;
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    return input;
  }

  std::int64_t workspace_bytes(const Shape& input) const override {
    return input.size() * static_cast<std::int64_t>(sizeof(float));
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    if (!pass.training || rate_ == 0.0F) {
      std::copy(input.values().begin(), input.values().end(), output.data());
      return;
    }
    draw(input.size(), pass);
    ArrayMap(output.data(), output.size()) =
        ConstArrayMap(input.data(), input.size()) * ConstArrayMap(factors_.data(), input.size());
  }

  void backward(const Tensor&, const Tensor&, Tensor& output_gradient, Tensor* input_gradient,
                const LayerPass& pass) override {
    if (input_gradient == nullptr) return;
    const ConstArrayMap gradient(output_gradient.data(), output_gradient.size());
    ArrayMap result(input_gradient->data(), input_gradient->size());
    if (!pass.training || rate_ == 0.0F) {
      result = gradient;
    } else {
      result = gradient * ConstArrayMap(factors_.data(), gradient.size());
    }
  }

 private:
  // What is kept grows, so that the expected value stays.
  void draw(std::int64_t size, const LayerPass& pass) {
    const auto count = static_cast<std::size_t>(size);
    factors_.resize((count + 3) / 4 * 4);
    const Random random(seed_for(pass.seed, name()), Purpose::dropout, pass.epoch, pass.batch);
    const float kept = rate_ < 1.0F ? 1.0F / (1.0F - rate_) : 0.0F;
    for (std::size_t i = 0; i < count; i += 4) {
      random.uniform4(i / 4, &factors_[i]);
      for (std::size_t k = i; k < i + 4; ++k) factors_[k] = factors_[k] < rate_ ? 0.0F : kept;
    }
  }

  float rate_;
  Shape input_row_;
  std::vector<float> factors_;
};

std::unique_ptr<Layer> read_dropout(Params& params, const BuildContext&) {
  return make_dropout({.rate = static_cast<float>(params.number(
                           "rate", 0.5, "share of the values that is dropped", {0.0, 1.0}))});
}

}  // namespace

std::unique_ptr<Layer> make_dropout(DropoutOptions options) {
  if (!(options.rate >= 0.0F && options.rate <= 1.0F)) {
    throw ValueError("dropout: rate must be in [0, 1]");
  }
  return std::make_unique<Dropout>(options);
}

LayerEntry dropout() {
  return {"dropout", "in training, sets a share of the values to 0 and scales up the rest",
          &read_dropout};
}

}  // namespace trainwreck::layers
