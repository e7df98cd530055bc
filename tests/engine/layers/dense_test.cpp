#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/base/errors.h"
#include "engine/initialisers/initialisers.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::build_error;
using testing::PartBuilder;
using testing::set_weights;
using testing::weights_of;

TEST(Dense, MultipliesAndAddsItsBias) {
  Model model = alone(layers::make_dense({.units = 2, .activation = Activation::relu}), {3});
  set_weights(model, "dense/kernel", {1, 2, 3, 4, 5, 6});
  set_weights(model, "dense/bias", {10, -50});
  // 1*1 + 2*3 + 3*5 + 10 = 32; 1*2 + 2*4 + 3*6 - 50 = -22.
  EXPECT_EQ(model.forward(Tensor({1, 3}, {1, 2, 3}), {}), Tensor({1, 2}, {32, 0}));
}

TEST(Dense, WorksAlongTheLastAxis) {
  Model model = alone(layers::make_dense({.units = 1, .use_bias = false}), {Shape::kUnknown, 2});
  set_weights(model, "dense/kernel", {1, 10});
  EXPECT_EQ(model.output_row(), (Shape{Shape::kUnknown, 1}));
  EXPECT_EQ(model.forward(Tensor({1, 3, 2}, {1, 2, 3, 4, 5, 6}), {}),
            Tensor({1, 3, 1}, {21, 43, 65}));
  EXPECT_EQ(model.forward(Tensor({2, 1, 2}, {1, 2, 3, 4}), {}), Tensor({2, 1, 1}, {21, 43}));
}

TEST(Dense, StartsWithGlorotWeightsAndNoBias) {
  const Model model = alone(layers::make_dense({.units = 50}), {70});
  const float limit = std::sqrt(6.0F / 120.0F);
  float largest = 0.0F;
  for (const float w : weights_of(model, "dense/kernel")) largest = std::max(largest, std::abs(w));
  EXPECT_LE(largest, limit);
  EXPECT_GT(largest, 0.99F * limit);
  for (const float b : weights_of(model, "dense/bias")) EXPECT_EQ(b, 0.0F);
}

TEST(Dense, RefusesRowsOfUnknownWidth) {
  EXPECT_EQ(build_error(layers::make_dense({.units = 1}), {Shape::kUnknown}),
            "expected input with a known last dimension, got (None, None)");
  EXPECT_EQ(build_error(layers::make_dense({.units = 1}), {}),
            "expected input with a known last dimension, got (None,)");
}

TEST(Dense, NeedsAUnit) {
  EXPECT_EQ(error_of<ValueError>([] { layers::make_dense({.units = 0}); }),
            "dense: units must be at least 1");
}

TEST(Dense, IsBuiltByName) {
  PartBuilder builder;
  auto layer = builder.build(builtin_layers(), R"({
      "kind": "dense", "units": 2, "activation": "tanh", "use_bias": true, "l2": 0.5,
      "kernel_initializer": {"kind": "constant", "value": 2}, "bias_initializer": "ones"})");
  ASSERT_TRUE(layer) << builder.complaints();
  const Model model = alone(std::move(layer), {1});
  EXPECT_EQ(weights_of(model, "dense/kernel")[1], 2.0F);
  EXPECT_EQ(weights_of(model, "dense/bias")[1], 1.0F);
  EXPECT_EQ(model.penalty(), 0.5F * 8.0F);
  EXPECT_FALSE(builder.build(builtin_layers(), R"({"kind": "dense"})"));
  EXPECT_EQ(builder.complaints(), "/units is missing");
  EXPECT_FALSE(builder.build(builtin_layers(), R"({"kind": "dense", "units": 0})"));
  EXPECT_EQ(builder.complaints(), "/units must be in [1, 16777216], got 0");
  EXPECT_FALSE(builder.build(builtin_layers(),
                             R"({"kind": "dense", "units": 1, "kernel_initializer": "zeroes"})"));
  EXPECT_EQ(builder.complaints(),
            "/kernel_initializer \"zeroes\" is unknown; did you mean \"zeros\"?");
}

}  // namespace
}  // namespace trainwreck
