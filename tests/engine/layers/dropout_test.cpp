#include <gtest/gtest.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::PartBuilder;
using testing::stack;

Tensor dropped(Model& model, const Tensor& x, std::int64_t epoch, std::int64_t batch) {
  return model.forward(x, {.training = true, .epoch = epoch, .batch = batch});
}

std::int64_t zeros(const Tensor& tensor) {
  return std::count(tensor.values().begin(), tensor.values().end(), 0.0F);
}

TEST(Dropout, ZeroesItsShareAndScalesTheRest) {
  Model model = alone(layers::make_dropout({.rate = 0.25F}), {1000});
  const Tensor output = dropped(model, Tensor({20, 1000}, 3.0F), 0, 0);
  EXPECT_NEAR(static_cast<double>(zeros(output)) / 20'000.0, 0.25, 0.01);
  for (const float value : output.values()) EXPECT_TRUE(value == 0.0F || value == 4.0F) << value;
}

TEST(Dropout, LeavesEverythingOutsideOfTraining) {
  Model model = alone(layers::make_dropout({.rate = 0.9F}), {3});
  const Tensor x({1, 3}, {1, 2, 3});
  EXPECT_EQ(model.forward(x, {}), x);
}

TEST(Dropout, DrawsByEpochAndBatchAlone) {
  Model model = alone(layers::make_dropout({.rate = 0.5F}), {64});
  const Tensor x({2, 64}, 1.0F);
  const Tensor first = dropped(model, x, 1, 2);
  EXPECT_NE(dropped(model, x, 1, 3), first);
  EXPECT_NE(dropped(model, x, 2, 2), first);
  EXPECT_EQ(dropped(model, x, 1, 2), first);
}

TEST(Dropout, OfTwoLayersDiffers) {
  const auto half = [] { return layers::make_dropout({.rate = 0.5F}); };
  Model both(stack(half(), half()), 1);
  both.build({4000});
  // Were the masks the same, half would be left; drawn on their own, a quarter is.
  const Tensor output = dropped(both, Tensor({1, 4000}, 1.0F), 0, 0);
  EXPECT_NEAR(static_cast<double>(zeros(output)) / 4000.0, 0.75, 0.05);
}

TEST(Dropout, GradientsPassWhereValuesDid) {
  Model model = alone(layers::make_dropout({.rate = 0.5F}), {33});
  const Tensor output = dropped(model, Tensor({1, 33}, 1.0F), 0, 0);
  Tensor gradient({1, 33}, 1.0F);
  Tensor input_gradient({1, 33});
  LayerPass pass;
  pass.training = true;
  model.layers()[0]->backward(output, output, gradient, &input_gradient, pass);
  EXPECT_EQ(input_gradient, output);
}

TEST(Dropout, TakesTheExtremes) {
  const Tensor x({1, 5}, 1.0F);
  Model none = alone(layers::make_dropout({.rate = 0.0F}), {5});
  EXPECT_EQ(dropped(none, x, 0, 0), x);
  Model all = alone(layers::make_dropout({.rate = 1.0F}), {5});
  EXPECT_EQ(dropped(all, x, 0, 0), Tensor({1, 5}));
  EXPECT_EQ(error_of<ValueError>([] { layers::make_dropout({.rate = 1.5F}); }),
            "dropout: rate must be in [0, 1]");
}

TEST(Dropout, IsBuiltByName) {
  PartBuilder builder;
  EXPECT_TRUE(builder.build(builtin_layers(), R"({"kind": "dropout", "rate": 0.1})"));
  EXPECT_FALSE(builder.build(builtin_layers(), R"({"kind": "dropout", "rate": 2})"));
  EXPECT_EQ(builder.complaints(), "/rate must be in [0, 1], got 2");
}

}  // namespace
}  // namespace trainwreck
