#include "trainwreck/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/initialisers/initialisers.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "tests/engine/model/small_models.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::Loop;
using testing::random_tensor;
using testing::stack;

std::unique_ptr<Layer> dense(std::int64_t units) { return layers::make_dense({.units = units}); }

std::vector<float> weights(const Model& model, std::string_view name) {
  const Parameters& parameters = model.parameters();
  const auto values = parameters.values_of(*parameters.find(name));
  return {values.begin(), values.end()};
}

std::vector<std::string> names(const Model& model) {
  std::vector<std::string> result;
  for (const auto& layer : model.layers()) result.push_back(layer->name());
  return result;
}

TEST(Model, NamesLayersAsKerasDoes) {
  const Model model(stack(dense(1), layers::make_flatten(), dense(2), dense(3)), 1);
  EXPECT_THAT(names(model), ElementsAre("dense", "flatten", "dense_1", "dense_2"));
}

TEST(Model, KeepsGivenNamesAndGivesOthersARoundThem) {
  auto named = dense(2);
  named->set_name("dense");
  const Model model(stack(std::move(named), dense(1)), 1);
  EXPECT_THAT(names(model), ElementsAre("dense", "dense_1"));
}

TEST(Model, RefusesTwoLayersOfOneName) {
  auto a = dense(1);
  auto b = dense(1);
  a->set_name("x");
  b->set_name("x");
  EXPECT_EQ(error_of<ValueError>([&] { Model(stack(std::move(a), std::move(b)), 1); }),
            "two layers are named \"x\"");
}

TEST(Model, NeedsALayer) {
  EXPECT_EQ(error_of<ValueError>([] { Model({}, 1); }), "a model needs at least one layer");
}

TEST(Model, AsksForThingsInOrder) {
  Model model(stack(dense(1)), 1);
  EXPECT_EQ(error_of<StateError>([&] { model.optimizer(); }),
            "the model is not compiled: it has no optimizer");
  EXPECT_EQ(error_of<StateError>([&] { model.loss(); }),
            "the model is not compiled: it has no loss");
  EXPECT_EQ(error_of<StateError>([&] {
              model.forward(Tensor({1, 2}), {});
            }),
            "the model is not built: the shape of its input is not known yet");
  model.build({2});
  EXPECT_EQ(error_of<StateError>([&] { model.build({2}); }), "the model is built already");
}

TEST(Model, NamesTheLayerThatCannotTakeItsInput) {
  Model model(stack(dense(10), dense(1)), 1);
  model.build({784});
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({32, 783});
            }),
            "layer \"dense\" (dense): expected input of shape (None, 784), got (32, 783)");
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({32, 784, 1});
            }),
            "layer \"dense\" (dense): expected input of shape (None, 784), got (32, 784, 1)");
  // And is as good as before.
  EXPECT_EQ(model.forward(Tensor({32, 784}), {}).shape(), (Shape{32, 1}));
}

TEST(Model, IsAsUnbuiltAsBeforeWhenBuildingFails) {
  Model model(stack(dense(4), layers::make_lstm({.units = 2})), 1);
  EXPECT_EQ(error_of<ShapeError>([&] { model.build({3}); }),
            "layer \"lstm\" (lstm): expected input of shape (None, time, features), got (None, 4)");
  EXPECT_FALSE(model.built());
  EXPECT_EQ(model.parameters().size(), 0);
  model.build({5, 3});
  EXPECT_EQ(model.output_row(), (Shape{2}));
}

TEST(Model, SameSeedSameBits) {
  const auto trained = [](std::uint64_t seed) {
    Model model(stack(layers::make_dense({.units = 6, .activation = Activation::relu}),
                      layers::make_dropout({.rate = 0.3F}), dense(2)),
                seed);
    model.build({5});
    model.compile(optimizers::make_adam(), losses::make_mse(), {});
    Loop loop(model);
    for (int i = 0; i < 5; ++i) loop.step(random_tensor({8, 5}, 1), random_tensor({8, 2}, 2));
    const auto values = model.parameters().values();
    return std::vector<float>(values.begin(), values.end());
  };
  EXPECT_EQ(trained(1), trained(1));
  EXPECT_NE(trained(1), trained(2));
}

TEST(Model, FirstWeightsDependOnTheParametersNameAlone) {
  Model small(stack(dense(4)), 1);
  small.build({3});
  auto named = dense(4);
  named->set_name("dense");
  Model large(stack(layers::make_conv2d({.filters = 3, .kernel_size = {2, 2}}),
                    layers::make_flatten(), std::move(named)),
              1);
  large.build({2, 2, 1});
  EXPECT_EQ(weights(small, "dense/kernel"), weights(large, "dense/kernel"));
}

TEST(Model, CountsTheBytesOfAStep) {
  Model model(stack(dense(3), layers::make_dropout({}), dense(1)), 1);
  model.build({2});
  // Outputs 4 x 3, 4 x 3 and 4 x 1, and the mask 4 x 3.
  EXPECT_EQ(model.plan_forward({4, 2}), 4 * (12 + 12 + 4 + 12));
  // The gradients of the outputs, and of 2 x 3 + 3 + 3 x 1 + 1 weights.
  EXPECT_EQ(model.backward_bytes(), 4 * (12 + 12 + 4 + 13));
  EXPECT_EQ(model.plan_forward({8, 2}), 4 * (24 + 24 + 8 + 24));
}

TEST(Model, DoesNotAskLayersBeforeTheFirstWeightsForGradients) {
  // Nothing needs the gradient of a mask at the front, or of the input.
  Model model(stack(layers::make_flatten(), layers::make_dropout({}), dense(1)), 1);
  model.build({2, 2});
  model.plan_forward({1, 2, 2});
  EXPECT_EQ(model.backward_bytes(), 4 * (1 + 5));
}

TEST(Model, PenalisesLargeWeights) {
  Model model(
      stack(layers::make_dense({.units = 1,
                                .kernel_initializer = initialisers::make_constant({.value = 3.0F}),
                                .l2 = 0.5F})),
      1);
  model.build({2});
  model.compile(optimizers::make_sgd(), losses::make_mse(), {});
  EXPECT_EQ(model.penalty(), 0.5F * (9.0F + 9.0F));
  const Tensor x({1, 2}, 0.0F);
  model.forward(x, {.training = true});
  model.output_gradient().resize({1, 1});
  model.output_gradient().fill(0.0F);
  model.backward(x);
  const auto gradients = model.parameters().gradients();
  // 2 * l2 * w on the kernel, nothing on the bias.
  EXPECT_THAT(gradients, ElementsAre(3.0F, 3.0F, 0.0F));
}

TEST(Model, BuildsTheOptimizerWhicheverComesFirst) {
  Model built_first(stack(dense(1)), 1);
  built_first.build({2});
  built_first.compile(optimizers::make_adam(), losses::make_mse(), {});
  EXPECT_EQ(built_first.optimizer().slots().at(0).values.size(), 3U);
  Model compiled_first(stack(dense(1)), 1);
  compiled_first.compile(optimizers::make_adam(), losses::make_mse(), {});
  compiled_first.build({2});
  EXPECT_EQ(compiled_first.optimizer().slots().at(0).values.size(), 3U);
}

TEST(Model, LendsALayerToWhoeverWrapsIt) {
  Model model(stack(dense(1), dense(2)), 1);
  std::unique_ptr<Layer> taken = model.exchange_layer(1, nullptr);
  EXPECT_EQ(taken->name(), "dense_1");
  EXPECT_EQ(model.exchange_layer(1, dense(7)), nullptr);
  EXPECT_EQ(model.layers()[1]->name(), "dense_1");
}

TEST(Model, TakesBatchesOfChangingSize) {
  Model model(stack(dense(2)), 1);
  model.build({3});
  const Tensor large = random_tensor({5, 3}, 1);
  const Tensor whole = model.forward(large, {});
  const Tensor first({1, 3}, {large[0], large[1], large[2]});
  const Tensor& alone = model.forward(first, {});
  EXPECT_EQ(alone.shape(), (Shape{1, 2}));
  EXPECT_NEAR(alone[0], whole[0], 1e-6F);
  EXPECT_EQ(model.forward(large, {}), whole);
}

TEST(Model, GoesThroughAnEmptyBatch) {
  Model model(stack(layers::make_conv2d({.filters = 2}), layers::make_flatten(), dense(1)), 1);
  model.build({4, 4, 1});
  model.compile(optimizers::make_sgd(), losses::make_mse(), {});
  const Tensor x({0, 4, 4, 1});
  EXPECT_EQ(model.forward(x, {.training = true}).shape(), (Shape{0, 1}));
  model.output_gradient().resize({0, 1});
  model.backward(x);
  for (const float gradient : model.parameters().gradients()) EXPECT_EQ(gradient, 0.0F);
}

}  // namespace
}  // namespace trainwreck
