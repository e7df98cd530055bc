// Method: a dense layer, the layer under test and a dense head, with a loss on top. Every weight of
// all three is moved a little up and down, and the change of the loss is held against what backward
// says. The weights of the first layer are right only if the input gradient of the layer under test
// is. Training is on, so dropout drops; its mask depends on the batch's number alone, which stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "tests/engine/model/small_models.h"

namespace trainwreck {
namespace {

using testing::left_out;
using testing::random_tensor;
using testing::stack;

constexpr std::int64_t kRows = 3;

struct LayerCase {
  const char* name;
  Shape row;
  std::unique_ptr<Layer> (*make)();
};

struct LossCase {
  const char* name;
  std::unique_ptr<Loss> (*make)();
  std::int64_t width;
  Activation head;
  Tensor (*labels)();
};

Tensor far_labels() {  // on both sides of every kink: mae's at 0, huber's at 1
  Tensor labels = random_tensor({kRows, 2}, 5, 3.0F, 4.0F);
  labels[1] = -3.0F;
  labels[4] = -4.0F;
  return labels;
}

Tensor near_labels() { return random_tensor({kRows, 2}, 6, -0.1F, 0.1F); }
Tensor yes_or_no() { return {{kRows, 2}, {0, 1, 1, 0, 1, 0.25F}}; }
Tensor shares() { return {{kRows, 3}, {0, 1, 0, 0.5F, 0.25F, 0.25F, 0, 0, 1}}; }
Tensor classes() { return {{kRows}, {2, 0, 1}}; }

std::unique_ptr<Layer> conv(layers::Padding padding, std::int64_t stride, Activation activation) {
  return layers::make_conv2d({.filters = 3,
                              .kernel_size = {3, 2},
                              .strides = {stride, stride},
                              .padding = padding,
                              .activation = activation,
                              .l2 = 0.01F});
}

const LayerCase kLayers[] = {
    {"dense", {3}, [] { return layers::make_dense({.units = 5, .l2 = 0.02F}); }},
    {"dense_tanh",
     {3},
     [] {
       return layers::make_dense({.units = 9, .activation = Activation::tanh, .use_bias = false});
     }},
    {"dense_sigmoid",
     {2, 3},
     [] { return layers::make_dense({.units = 8, .activation = Activation::sigmoid}); }},
    {"dense_softmax",
     {3},
     [] { return layers::make_dense({.units = 4, .activation = Activation::softmax}); }},
    {"dense_relu",
     {3},
     [] { return layers::make_dense({.units = 6, .activation = Activation::relu}); }},
    {"dense_one_unit", {3}, [] { return layers::make_dense({.units = 1}); }},
    {"conv2d_valid", {5, 4, 2}, [] { return conv(layers::Padding::valid, 1, Activation::tanh); }},
    {"conv2d_same", {5, 4, 2}, [] { return conv(layers::Padding::same, 1, Activation::linear); }},
    {"conv2d_strided", {5, 6, 2}, [] { return conv(layers::Padding::same, 2, Activation::tanh); }},
    {"lstm_last", {4, 3}, [] { return layers::make_lstm({.units = 4, .l2 = 0.01F}); }},
    {"lstm_sequences",
     {4, 3},
     [] { return layers::make_lstm({.units = 3, .return_sequences = true}); }},
    {"lstm_one_step", {1, 3}, [] { return layers::make_lstm({.units = 3}); }},
    {"flatten", {2, 3}, [] { return layers::make_flatten(); }},
    {"dropout", {7}, [] { return layers::make_dropout({.rate = 0.4F}); }},
    {"activation_relu", {4}, [] { return layers::make_activation({Activation::relu}); }},
    {"activation_softmax", {2, 4}, [] { return layers::make_activation({Activation::softmax}); }},
    {"activation_sigmoid", {4}, [] { return layers::make_activation({Activation::sigmoid}); }},
    {"activation_tanh", {4}, [] { return layers::make_activation({Activation::tanh}); }},
};

const LossCase kLosses[] = {
    {"mse", &losses::make_mse, 2, Activation::linear, &near_labels},
    {"mae", &losses::make_mae, 2, Activation::linear, &far_labels},
    {"huber_near", [] { return losses::make_huber({.delta = 6.0F}); }, 2, Activation::linear,
     &near_labels},
    {"huber_far", [] { return losses::make_huber(); }, 2, Activation::linear, &far_labels},
    {"poisson", &losses::make_poisson, 2, Activation::sigmoid, &near_labels},
    {"hinge", &losses::make_hinge, 2, Activation::linear, &far_labels},
    {"kl_divergence", &losses::make_kl_divergence, 3, Activation::softmax, &shares},
    // Away from the origin, near which an angle turns faster than a difference can tell.
    {"cosine_similarity", &losses::make_cosine_similarity, 3, Activation::sigmoid, &shares},
    {"binary", [] { return losses::make_binary_crossentropy({.label_smoothing = 0.1F}); }, 2,
     Activation::sigmoid, &yes_or_no},
    {"binary_logits", [] { return losses::make_binary_crossentropy({.from_logits = true}); }, 2,
     Activation::linear, &yes_or_no},
    {"categorical", [] { return losses::make_categorical_crossentropy(); }, 3, Activation::softmax,
     &shares},
    {"categorical_unnormalised",
     [] { return losses::make_categorical_crossentropy({.label_smoothing = 0.1F}); }, 3,
     Activation::sigmoid, &shares},
    {"categorical_logits",
     [] { return losses::make_categorical_crossentropy({.from_logits = true}); }, 3,
     Activation::linear, &shares},
    {"sparse", [] { return losses::make_sparse_categorical_crossentropy(); }, 3,
     Activation::softmax, &classes},
    {"sparse_unnormalised", [] { return losses::make_sparse_categorical_crossentropy(); }, 3,
     Activation::sigmoid, &classes},
    {"sparse_logits",
     [] { return losses::make_sparse_categorical_crossentropy({.from_logits = true}); }, 3,
     Activation::linear, &classes},
};

TEST(GradientTables, LeaveNoLayerOrLossOut) {
  EXPECT_THAT(left_out(builtin_layers(), kLayers), ::testing::IsEmpty());
  EXPECT_THAT(left_out(builtin_losses(), kLosses), ::testing::IsEmpty());
}

class Gradients : public ::testing::TestWithParam<std::tuple<LayerCase, LossCase>> {
 protected:
  float loss(Model& model, const Tensor& x, const Tensor& y, const Tensor& weights,
             Tensor* gradient) {
    const Tensor& prediction = model.forward(x, {.training = true});
    return evaluator_.compute(model.loss(), LabelShapes::strict, prediction, y, &weights,
                              gradient) +
           model.penalty();
  }

 private:
  LossEvaluator evaluator_;
};

TEST_P(Gradients, MatchFiniteDifferences) {
  const auto& [layer, loss_case] = GetParam();
  Model model(stack(layers::make_dense(
                        {.units = layer.row.back(), .activation = Activation::tanh, .l2 = 0.03F}),
                    layer.make(), layers::make_flatten(),
                    layers::make_dense({.units = loss_case.width, .activation = loss_case.head})),
              7);
  model.build(layer.row);
  model.compile(optimizers::make_sgd(), loss_case.make(), {});
  const Tensor x = random_tensor(layer.row.with_rows(kRows), 3);
  const Tensor y = loss_case.labels();
  const Tensor weights({kRows}, {1.0F, 0.5F, 2.0F});

  loss(model, x, y, weights, &model.output_gradient());
  model.backward(x);
  const auto found = model.parameters().gradients();
  const std::vector<float> gradients(found.begin(), found.end());

  // Where the loss is straight a small step is exact; a large one would reach over a kink of relu.
  constexpr float kStep = 1.0F / 128.0F;
  for (const ParameterInfo& info : model.parameters().infos()) {
    for (std::int64_t i = info.offset; i < info.offset + info.size; ++i) {
      float& weight = model.parameters().values()[static_cast<std::size_t>(i)];
      const float before = weight;
      weight = before + kStep;
      const double up = static_cast<double>(loss(model, x, y, weights, nullptr));
      weight = before - kStep;
      const double down = static_cast<double>(loss(model, x, y, weights, nullptr));
      weight = before;
      const double expected = (up - down) / (2.0 * static_cast<double>(kStep));
      const auto actual = static_cast<double>(gradients[static_cast<std::size_t>(i)]);
      EXPECT_NEAR(actual, expected, 2e-4 + 1e-3 * std::abs(expected))
          << info.name << " at " << i - info.offset;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryLayerAndLoss, Gradients,
                         ::testing::Combine(::testing::ValuesIn(kLayers),
                                            ::testing::ValuesIn(kLosses)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) + "_" +
                                  std::get<1>(test.param).name;
                         });

}  // namespace
}  // namespace trainwreck
