// Method: one weight that starts at 1, two steps with the gradients 1 and then 0.5 (or 0), and the
// published formulas worked out by hand beside each expectation.
#include "engine/optimizers/optimizers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/model/part_builder.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::PartBuilder;

std::vector<float> two_steps(Optimizer& optimizer, float first = 1.0F, float second = 0.5F) {
  Parameters parameters;
  ParameterInfo info;
  info.name = "w";
  info.shape = {1};
  parameters.add(info);
  parameters.values()[0] = 1.0F;
  optimizer.build(parameters);
  std::vector<float> weights;
  for (const float gradient : {first, second}) {
    parameters.gradients()[0] = gradient;
    optimizer.step(parameters);
    weights.push_back(parameters.values()[0]);
  }
  return weights;
}

void expect_weights(std::unique_ptr<Optimizer> optimizer, float first, float second) {
  const std::vector<float> weights = two_steps(*optimizer);
  EXPECT_NEAR(weights[0], first, 2e-7F);
  EXPECT_NEAR(weights[1], second, 2e-7F);
}

std::vector<std::string> slot_names(Optimizer& optimizer) {
  std::vector<std::string> names;
  for (const OptimizerSlot& slot : optimizer.slots()) names.push_back(slot.name);
  return names;
}

TEST(Sgd, TakesPlainSteps) {
  // w - 0.1 * 1 = 0.9; w - 0.1 * 0.5 = 0.85.
  expect_weights(optimizers::make_sgd({.learning_rate = 0.1F}), 0.9F, 0.85F);
}

TEST(Sgd, MomentumKeepsPartOfTheLastStep) {
  // v = 0.9 * 0 - 0.1 * 1 = -0.1;          w = 1 - 0.1 = 0.9
  // v = 0.9 * -0.1 - 0.1 * 0.5 = -0.14;    w = 0.9 - 0.14 = 0.76
  const auto sgd = optimizers::make_sgd({.learning_rate = 0.1F, .momentum = 0.9F});
  EXPECT_THAT(two_steps(*sgd), ElementsAre(0.9F, 0.76F));
  EXPECT_FLOAT_EQ(sgd->slots()[0].values[0], -0.14F);
}

TEST(Sgd, NesterovLooksOneStepAhead) {
  // v = -0.1;     w = 1 + 0.9 * -0.1 - 0.1 * 1 = 0.81
  // v = -0.14;    w = 0.81 + 0.9 * -0.14 - 0.1 * 0.5 = 0.634
  expect_weights(optimizers::make_sgd({.learning_rate = 0.1F, .momentum = 0.9F, .nesterov = true}),
                 0.81F, 0.634F);
}

TEST(Adam, ScalesByUnbiasedMeans) {
  // m = 0.1 * 1 = 0.1;                  v = 0.001 * 1 = 0.001
  // a = 0.1 * sqrt(1 - 0.999) / (1 - 0.9) = 0.0316228
  // w = 1 - a * 0.1 / (sqrt(0.001) + 1e-7) = 1 - 0.0999997 = 0.9000003
  // m = 0.1 + 0.1 * (0.5 - 0.1) = 0.14;  v = 0.001 + 0.001 * (0.25 - 0.001) = 0.001249
  // a = 0.1 * sqrt(1 - 0.998001) / (1 - 0.81) = 0.02353167
  // w = 0.9000003 - a * 0.14 / (sqrt(0.001249) + 1e-7) = 0.8067826
  expect_weights(optimizers::make_adam({.learning_rate = 0.1F}), 0.9000003F, 0.8067826F);
}

TEST(Adam, AmsgradDividesByTheLargestMeanSoFar) {
  // As above, but the second gradient is 0: m = 0.1 - 0.1 * 0.1 = 0.09, v falls to 0.000999, and
  // the division is by sqrt(0.001) still: w = 0.9000003 - 0.02353167 * 0.09 / 0.0316229 =
  // 0.8330282.
  const auto adam = optimizers::make_adam({.learning_rate = 0.1F, .amsgrad = true});
  const std::vector<float> weights = two_steps(*adam, 1.0F, 0.0F);
  EXPECT_NEAR(weights[1], 0.8330282F, 2e-7F);
  EXPECT_FLOAT_EQ(adam->slots()[1].values[0], 0.000999F);
  EXPECT_FLOAT_EQ(adam->slots()[2].values[0], 0.001F);
}

TEST(Rmsprop, ScalesByTheMeanSquare) {
  // v = 0.1 * 1 = 0.1;                w = 1 - 0.1 * 1 / sqrt(0.1 + 1e-7) = 1 - 0.3162276
  // v = 0.9 * 0.1 + 0.1 * 0.25 = 0.115;  w = 0.6837724 - 0.05 / sqrt(0.1150001) = 0.5363305
  expect_weights(optimizers::make_rmsprop({.learning_rate = 0.1F}), 0.6837724F, 0.5363305F);
}

TEST(Rmsprop, MomentumAddsUpSteps) {
  // m = 0.3162276;                          w = 0.6837724
  // m = 0.5 * 0.3162276 + 0.1474419 = 0.3055557;  w = 0.3782167
  expect_weights(optimizers::make_rmsprop({.learning_rate = 0.1F, .momentum = 0.5F}), 0.6837724F,
                 0.3782167F);
}

TEST(Rmsprop, CenteredDividesByTheDeviation) {
  // v = 0.1, mean = 0.1:      w = 1 - 0.1 / sqrt(0.1 - 0.01 + 1e-7) = 1 - 0.3333331
  // v = 0.115, mean = 0.14:   w = 0.6666669 - 0.05 / sqrt(0.115 - 0.0196 + 1e-7) = 0.504786
  expect_weights(optimizers::make_rmsprop({.learning_rate = 0.1F, .centered = true}), 0.6666669F,
                 0.504786F);
}

// More weights than one run of the update has, so also what lies across its ends.
TEST(Optimizers, UpdateEveryWeightAlike) {
  for (const auto& entry : builtin_optimizers()) {
    PartBuilder builder;
    const std::string json = R"({"kind": ")" + std::string(entry.name) + R"("})";
    const auto optimizer = builder.build(builtin_optimizers(), json);
    ASSERT_TRUE(optimizer) << builder.complaints();
    Parameters parameters;
    ParameterInfo info;
    info.name = "w";
    info.shape = {1601};
    parameters.add(info);
    optimizer->build(parameters);
    std::fill(parameters.gradients().begin(), parameters.gradients().end(), 0.3F);
    for (int i = 0; i < 3; ++i) optimizer->step(parameters);
    EXPECT_LT(parameters.values()[0], 0.0F);
    for (const float value : parameters.values()) {
      EXPECT_NEAR(value, parameters.values()[0], 1e-8F) << entry.name;
    }
  }
}

TEST(Optimizers, NameWhatACheckpointSaves) {
  Parameters none;
  const auto names = [&](std::unique_ptr<Optimizer> optimizer) {
    optimizer->build(none);
    return slot_names(*optimizer);
  };
  EXPECT_THAT(names(optimizers::make_sgd()), ElementsAre());
  EXPECT_THAT(names(optimizers::make_sgd({.momentum = 0.5F})), ElementsAre("momentum"));
  EXPECT_THAT(names(optimizers::make_adam({.amsgrad = true})),
              ElementsAre("momentum", "velocity", "velocity_hat"));
  EXPECT_THAT(names(optimizers::make_rmsprop({.momentum = 0.5F, .centered = true})),
              ElementsAre("velocity", "momentum", "average_gradient"));
}

TEST(Optimizers, HaveKerasDefaults) {
  PartBuilder builder;
  EXPECT_EQ(builder.build(builtin_optimizers(), R"("sgd")")->learning_rate(), 0.01F);
  EXPECT_EQ(builder.build(builtin_optimizers(), R"("adam")")->learning_rate(), 0.001F);
  EXPECT_EQ(builder.build(builtin_optimizers(), R"("rmsprop")")->learning_rate(), 0.001F);
}

TEST(Optimizers, ReadAllTheirOptions) {
  PartBuilder builder;
  const auto sgd = builder.build(
      builtin_optimizers(),
      R"({"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true, "clipnorm": 9})");
  ASSERT_TRUE(sgd) << builder.complaints();
  EXPECT_EQ(sgd->clipping().norm, 9.0F);
  EXPECT_NEAR(two_steps(*sgd)[1], 0.634F, 1e-6F);
  const auto adam = builder.build(builtin_optimizers(), R"({
      "kind": "adam", "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-5, "amsgrad": true,
      "global_clipnorm": 1, "learning_rate": {"kind": "exponential_decay",
      "initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.5}})");
  ASSERT_TRUE(adam) << builder.complaints();
  EXPECT_EQ(adam->learning_rate(), 0.5F);
  adam->set_iterations(1);
  EXPECT_EQ(adam->learning_rate(), 0.25F);
  EXPECT_TRUE(builder.build(builtin_optimizers(), R"({
      "kind": "rmsprop", "rho": 0.8, "momentum": 0.1, "epsilon": 1e-5, "centered": true,
      "clipvalue": 2})"))
      << builder.complaints();
}

TEST(Optimizers, ComplainAboutWhatMakesNoSense) {
  PartBuilder builder;
  const auto complaints = [&](const std::string& json) {
    EXPECT_FALSE(builder.build(builtin_optimizers(), json));
    return builder.complaints();
  };
  EXPECT_EQ(complaints(R"({"kind": "adam", "clipnorm": 1, "clipvalue": 1})"),
            " only one of \"clipnorm\", \"global_clipnorm\" and \"clipvalue\" can be given");
  EXPECT_EQ(complaints(R"({"kind": "sgd", "clipnorm": 0})"), "/clipnorm must be greater than 0");
  EXPECT_EQ(complaints(R"({"kind": "sgd", "momentum": 1.5})"),
            "/momentum must be in [0, 1], got 1.5");
  EXPECT_EQ(complaints(R"({"kind": "sgd", "learning_rate": [1]})"),
            "/learning_rate must be a number, got [1]");
  EXPECT_EQ(complaints(R"({"kind": "adam", "learning_rate": {"kind": "cosine_decy"}})"),
            "/learning_rate/kind \"cosine_decy\" is unknown; did you mean \"cosine_decay\"?");
  EXPECT_EQ(complaints(R"({"kind": "adam", "beta1": 0.5})"),
            "/beta1 is not a known key; did you mean \"beta_1\"?");
}

}  // namespace
}  // namespace trainwreck
