#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::PartBuilder;

TEST(ActivationLayer, AppliesItsFunctionAlongTheLastAxis) {
  Model relu = alone(layers::make_activation({Activation::relu}), {3});
  EXPECT_EQ(relu.forward(Tensor({1, 3}, {-1, 0, 2}), {}), Tensor({1, 3}, {0, 0, 2}));
  Model softmax = alone(layers::make_activation({Activation::softmax}), {2, 2});
  EXPECT_EQ(softmax.forward(Tensor({1, 2, 2}, {5, 5, 7, 7}), {}), Tensor({1, 2, 2}, 0.5F));
}

TEST(ActivationLayer, TakesRowsOfASingleNumber) {
  Model model = alone(layers::make_activation({Activation::relu}), {});
  EXPECT_EQ(model.forward(Tensor({2}, {-1, 1}), {}), Tensor({2}, {0, 1}));
}

TEST(ActivationLayer, NamesWhatItExpected) {
  Model model = alone(layers::make_activation({Activation::relu}), {3});
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({2, 4});
            }),
            "layer \"activation\" (activation): expected input of shape (None, 3), got (2, 4)");
}

TEST(ActivationLayer, IsBuiltByName) {
  PartBuilder builder;
  for (const char* name : {"linear", "relu", "softmax", "sigmoid", "tanh"}) {
    EXPECT_TRUE(builder.build(
        builtin_layers(), R"({"kind": "activation", "activation": ")" + std::string(name) + "\"}"))
        << builder.complaints();
  }
  EXPECT_FALSE(
      builder.build(builtin_layers(), R"({"kind": "activation", "activation": "softmx"})"));
  EXPECT_EQ(builder.complaints(), "/activation \"softmx\" is unknown; did you mean \"softmax\"?");
}

}  // namespace
}  // namespace trainwreck
