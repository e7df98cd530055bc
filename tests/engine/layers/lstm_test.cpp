#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::build_error;
using testing::PartBuilder;
using testing::random_tensor;
using testing::weights_of;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// Every output of every time, from the definition, one unit after the other in double.
std::vector<double> reference(const Model& model, const Tensor& x, std::size_t units) {
  const auto kernel = weights_of(model, "lstm/kernel");
  const auto recurrent = weights_of(model, "lstm/recurrent_kernel");
  const auto bias = weights_of(model, "lstm/bias");
  const auto rows = static_cast<std::size_t>(x.shape()[0]);
  const auto time = static_cast<std::size_t>(x.shape()[1]);
  const auto features = static_cast<std::size_t>(x.shape()[2]);
  std::vector<double> outputs;
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<double> state(units);
    std::vector<double> cell(units);
    for (std::size_t t = 0; t < time; ++t) {
      std::vector<double> gates(4 * units);
      for (std::size_t g = 0; g < 4 * units; ++g) {
        gates[g] = static_cast<double>(bias[g]);
        for (std::size_t f = 0; f < features; ++f) {
          gates[g] += static_cast<double>(x.values()[(row * time + t) * features + f]) *
                      static_cast<double>(kernel[f * 4 * units + g]);
        }
        for (std::size_t u = 0; u < units; ++u) {
          gates[g] += state[u] * static_cast<double>(recurrent[u * 4 * units + g]);
        }
      }
      for (std::size_t u = 0; u < units; ++u) {
        cell[u] = sigmoid(gates[units + u]) * cell[u] +
                  sigmoid(gates[u]) * std::tanh(gates[2 * units + u]);
        state[u] = sigmoid(gates[3 * units + u]) * std::tanh(cell[u]);
      }
      outputs.insert(outputs.end(), state.begin(), state.end());
    }
  }
  return outputs;
}

TEST(Lstm, IsWhatTheDefinitionGives) {
  Model model = alone(layers::make_lstm({.units = 5, .return_sequences = true}), {7, 3});
  const Tensor x = random_tensor({4, 7, 3}, 1);
  const std::vector<double> expected = reference(model, x, 5);
  const Tensor& output = model.forward(x, {});
  ASSERT_EQ(output.shape(), (Shape{4, 7, 5}));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(output.values()[i]), expected[i], 1e-5) << i;
  }
}

TEST(Lstm, GivesTheLastOfItsSequence) {
  Model sequences = alone(layers::make_lstm({.units = 3, .return_sequences = true}), {6, 2});
  Model last = alone(layers::make_lstm({.units = 3}), {6, 2});
  const Tensor x = random_tensor({2, 6, 2}, 1);
  const Tensor all = sequences.forward(x, {});
  const Tensor& one = last.forward(x, {});
  EXPECT_EQ(one.shape(), (Shape{2, 3}));
  for (std::int64_t row = 0; row < 2; ++row) {
    for (std::int64_t u = 0; u < 3; ++u) {
      EXPECT_EQ(one[row * 3 + u], all[(row * 6 + 5) * 3 + u]);
    }
  }
}

TEST(Lstm, TakesSequencesOfAnyLength) {
  Model model = alone(layers::make_lstm({.units = 3}), {Shape::kUnknown, 2});
  const Tensor longer = random_tensor({2, 9, 2}, 1);
  const Tensor first = model.forward(longer, {});
  EXPECT_EQ(model.forward(random_tensor({4, 1, 2}, 2), {}).shape(), (Shape{4, 3}));
  EXPECT_EQ(model.forward(longer, {}), first);
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({2, 0, 2});
            }),
            "layer \"lstm\" (lstm): expected at least one time step, got (2, 0, 2)");
}

TEST(Lstm, IsNotBoundToTheLengthThatItWasBuiltFor) {
  Model model = alone(layers::make_lstm({.units = 3}), {5, 2});
  EXPECT_EQ(model.forward(random_tensor({4, 9, 2}, 2), {}).shape(), (Shape{4, 3}));
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({4, 5, 3});
            }),
            "layer \"lstm\" (lstm): expected input of shape (None, None, 2), got (4, 5, 3)");
}

TEST(Lstm, StartsItsForgetGatesOpen) {
  const Model open = alone(layers::make_lstm({.units = 2}), {1, 1});
  const auto bias = weights_of(open, "lstm/bias");
  EXPECT_EQ(std::vector<float>(bias.begin(), bias.end()),
            (std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0}));
  const Model closed = alone(layers::make_lstm({.units = 2, .unit_forget_bias = false}), {1, 1});
  for (const float value : weights_of(closed, "lstm/bias")) EXPECT_EQ(value, 0.0F);
}

TEST(Lstm, RefusesWhatIsNoSequence) {
  EXPECT_EQ(build_error(layers::make_lstm({}), {28, 28, 1}),
            "expected input of shape (None, time, features), got (None, 28, 28, 1)");
  EXPECT_EQ(build_error(layers::make_lstm({}), {28, Shape::kUnknown}),
            "expected input of shape (None, time, features), got (None, 28, None)");
  EXPECT_EQ(error_of<ValueError>([] { layers::make_lstm({.units = 0}); }),
            "lstm: units must be at least 1");
}

TEST(Lstm, CountsTheBytesOfItsStates) {
  Model model = alone(layers::make_lstm({.units = 4}), {5, 3});
  // For 2 rows: four gates, cell, its tanh and the state before for 5 times, two carried states,
  // and the output; 4 units each.
  EXPECT_EQ(model.plan_forward({2, 5, 3}), 4 * 2 * 4 * (5 * 7 + 2 + 1));
}

TEST(Lstm, IsBuiltByName) {
  PartBuilder builder;
  auto layer = builder.build(builtin_layers(), R"({
      "kind": "lstm", "units": 3, "return_sequences": true, "unit_forget_bias": false, "l2": 0.5,
      "kernel_initializer": "ones", "recurrent_initializer": "zeros"})");
  ASSERT_TRUE(layer) << builder.complaints();
  const Model model = alone(std::move(layer), {4, 2});
  EXPECT_EQ(model.output_row(), (Shape{4, 3}));
  EXPECT_EQ(model.penalty(), 0.5F * 2 * 12);
}

}  // namespace
}  // namespace trainwreck
