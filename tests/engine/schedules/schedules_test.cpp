#include "engine/schedules/schedules.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "tests/engine/model/part_builder.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using testing::PartBuilder;

TEST(ExponentialDecay, MultipliesByTheSameFactor) {
  const auto smooth = schedules::make_exponential_decay(
      {.initial_learning_rate = 0.5, .decay_steps = 4, .decay_rate = 0.25});
  EXPECT_FLOAT_EQ(smooth->at(0), 0.5F);
  EXPECT_FLOAT_EQ(smooth->at(2), 0.25F);  // 0.25 ^ 0.5
  EXPECT_FLOAT_EQ(smooth->at(4), 0.125F);
}

TEST(ExponentialDecay, StaircaseJumps) {
  const auto stairs = schedules::make_exponential_decay(
      {.initial_learning_rate = 1.0, .decay_steps = 3, .decay_rate = 0.5, .staircase = true});
  const float expected[] = {1, 1, 1, 0.5F, 0.5F, 0.5F, 0.25F};
  for (std::int64_t i = 0; i < 7; ++i) EXPECT_FLOAT_EQ(stairs->at(i), expected[i]);
}

TEST(CosineDecay, FallsAlongHalfACosine) {
  const auto schedule =
      schedules::make_cosine_decay({.initial_learning_rate = 1.0, .decay_steps = 4, .alpha = 0.1});
  EXPECT_FLOAT_EQ(schedule->at(0), 1.0F);
  EXPECT_FLOAT_EQ(schedule->at(1), 0.9F * 0.5F * (1.0F + std::sqrt(0.5F)) + 0.1F);
  EXPECT_FLOAT_EQ(schedule->at(2), 0.55F);
  EXPECT_FLOAT_EQ(schedule->at(4), 0.1F);
  EXPECT_FLOAT_EQ(schedule->at(1000), 0.1F);
}

TEST(CosineDecay, ClimbsFirstWhereAWarmUpIsGiven) {
  const auto schedule = schedules::make_cosine_decay(
      {.initial_learning_rate = 0.0, .decay_steps = 2, .warmup_target = 1.0, .warmup_steps = 4});
  const float expected[] = {0, 0.25F, 0.5F, 0.75F, 1, 0.5F, 0, 0};
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_NEAR(schedule->at(i), expected[i], 1e-7F) << i;
}

TEST(PiecewiseConstant, HoldsAValueUpToItsBoundary) {
  const auto schedule =
      schedules::make_piecewise_constant({.boundaries = {2, 5}, .values = {1.0, 0.5, 0.1}});
  const float expected[] = {1, 1, 1, 0.5F, 0.5F, 0.5F, 0.1F, 0.1F};
  for (std::int64_t i = 0; i < 8; ++i) EXPECT_FLOAT_EQ(schedule->at(i), expected[i]) << i;
}

TEST(PolynomialDecay, EndsAtItsLastRate) {
  const auto schedule = schedules::make_polynomial_decay(
      {.initial_learning_rate = 1.0, .decay_steps = 4, .end_learning_rate = 0.2, .power = 2.0});
  EXPECT_FLOAT_EQ(schedule->at(0), 1.0F);
  EXPECT_FLOAT_EQ(schedule->at(2), 0.8F * 0.25F + 0.2F);
  EXPECT_FLOAT_EQ(schedule->at(4), 0.2F);
  EXPECT_FLOAT_EQ(schedule->at(9), 0.2F);
}

TEST(PolynomialDecay, CyclesGetLonger) {
  const auto schedule = schedules::make_polynomial_decay(
      {.initial_learning_rate = 1.0, .decay_steps = 4, .end_learning_rate = 0.0, .cycle = true});
  EXPECT_FLOAT_EQ(schedule->at(0), 1.0F);
  EXPECT_FLOAT_EQ(schedule->at(4), 0.0F);
  EXPECT_FLOAT_EQ(schedule->at(5), 1.0F - 5.0F / 8.0F);
  EXPECT_FLOAT_EQ(schedule->at(8), 0.0F);
}

TEST(Schedules, AreBuiltByName) {
  PartBuilder builder;
  const auto rate = [&](const std::string& json, std::int64_t step) {
    const auto schedule = builder.build(builtin_schedules(), json);
    EXPECT_TRUE(schedule) << builder.complaints();
    return schedule ? schedule->at(step) : -1.0F;
  };
  EXPECT_FLOAT_EQ(rate(R"({"kind": "exponential_decay", "initial_learning_rate": 1,
                           "decay_steps": 2, "decay_rate": 0.5, "staircase": true})",
                       3),
                  0.5F);
  EXPECT_FLOAT_EQ(rate(R"({"kind": "cosine_decay", "initial_learning_rate": 0, "decay_steps": 2,
                           "alpha": 0.5, "warmup_target": 1, "warmup_steps": 2})",
                       9),
                  0.5F);
  EXPECT_FLOAT_EQ(rate(R"({"kind": "piecewise_constant", "boundaries": [1],
                           "values": [1, 0.5]})",
                       2),
                  0.5F);
  EXPECT_FLOAT_EQ(rate(R"({"kind": "polynomial_decay", "initial_learning_rate": 1,
                           "decay_steps": 2, "end_learning_rate": 0.5, "power": 2,
                           "cycle": false})",
                       5),
                  0.5F);
}

TEST(Schedules, ComplainAboutWhatMakesNoSense) {
  PartBuilder builder;
  const auto complaints = [&](const std::string& json) {
    EXPECT_FALSE(builder.build(builtin_schedules(), json));
    return builder.complaints();
  };
  EXPECT_EQ(complaints(R"({"kind": "piecewise_constant", "boundaries": [1], "values": [1]})"),
            " there must be one value more than boundaries");
  EXPECT_EQ(
      complaints(R"({"kind": "piecewise_constant", "boundaries": [2, 2], "values": [1, 2, 3]})"),
      " boundaries must rise");
  EXPECT_EQ(complaints(R"({"kind": "exponential_decay", "initial_learning_rate": 1,
                           "decay_steps": 0, "decay_rate": 0.5})"),
            "/decay_steps must be at least 1, got 0");
  EXPECT_EQ(error_of<ValueError>([] { schedules::make_cosine_decay({.decay_steps = 0}); }),
            "cosine_decay: decay_steps must be at least 1");
  EXPECT_EQ(error_of<ValueError>([] { schedules::make_piecewise_constant({.values = {}}); }),
            "piecewise_constant: there must be one value more than boundaries");
}

}  // namespace
}  // namespace trainwreck
