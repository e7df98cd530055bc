#include "engine/kernels/activations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace trainwreck {
namespace {

constexpr Activation kAll[] = {Activation::linear, Activation::relu, Activation::softmax,
                               Activation::sigmoid, Activation::tanh};

std::vector<float> activated(Activation activation, std::vector<float> values, std::int64_t rows) {
  activate(activation, values.data(), rows, static_cast<std::int64_t>(values.size()) / rows);
  return values;
}

TEST(Activations, AreWhatTheirNamesSay) {
  EXPECT_EQ(activated(Activation::linear, {-1, 2}, 1), (std::vector<float>{-1, 2}));
  EXPECT_EQ(activated(Activation::relu, {-1, 0, 2}, 1), (std::vector<float>{0, 0, 2}));
  EXPECT_NEAR(activated(Activation::sigmoid, {1}, 1)[0], 0.7310586F, 1e-6F);
  EXPECT_NEAR(activated(Activation::tanh, {1}, 1)[0], 0.7615942F, 1e-6F);
  const std::vector<float> shares = activated(Activation::softmax, {0, std::log(3.0F), 5, 5}, 2);
  EXPECT_NEAR(shares[0], 0.25F, 1e-6F);
  EXPECT_NEAR(shares[1], 0.75F, 1e-6F);
  EXPECT_NEAR(shares[2], 0.5F, 1e-6F);
}

TEST(Activations, SurviveLargeValues) {
  const std::vector<float> shares = activated(Activation::softmax, {1000, 0, -1000}, 1);
  EXPECT_EQ(shares, (std::vector<float>{1, 0, 0}));
  EXPECT_EQ(activated(Activation::sigmoid, {-1000, 1000}, 1)[1], 1.0F);
  EXPECT_NEAR(activated(Activation::sigmoid, {-1000, 1000}, 1)[0], 0.0F, 1e-30F);
  EXPECT_EQ(activated(Activation::tanh, {-1000, 1000}, 1), (std::vector<float>{-1, 1}));
}

// A NaN that an activation swallows would hide a broken network. The place matters: vector and
// scalar instructions take turns along a row.
TEST(Activations, NeverSwallowANaN) {
  for (const Activation activation : kAll) {
    for (std::size_t place = 0; place < 37; ++place) {
      std::vector<float> values(37, 1.0F);
      values[place] = std::numeric_limits<float>::quiet_NaN();
      EXPECT_TRUE(std::isnan(activated(activation, values, 1)[place]))
          << static_cast<int>(activation) << " at " << place;
    }
  }
}

TEST(Activations, SoftmaxSpreadsANaNOverItsRowAlone) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> shares = activated(Activation::softmax, {1, nan, 1, 1}, 2);
  EXPECT_TRUE(std::isnan(shares[0]));
  EXPECT_EQ(shares[2], 0.5F);
}

TEST(Activations, ReluHasNoGradientAtZero) {
  const std::vector<float> output = {0, 2};
  std::vector<float> gradient = {3, 4};
  activation_gradient(Activation::relu, output.data(), gradient.data(), 1, 2);
  EXPECT_EQ(gradient, (std::vector<float>{0, 4}));
}

}  // namespace
}  // namespace trainwreck
