#include "trainwreck/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/base/errors.h"
#include "engine/optimizers/optimizers.h"
#include "engine/schedules/schedules.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;

// Two parameters of two weights each, all 0, and these gradients.
Parameters two_pairs(float a, float b, float c, float d) {
  Parameters parameters;
  for (const char* name : {"first", "second"}) {
    ParameterInfo info;
    info.name = name;
    info.shape = {2};
    parameters.add(info);
  }
  const auto gradients = parameters.gradients();
  gradients[0] = a;
  gradients[1] = b;
  gradients[2] = c;
  gradients[3] = d;
  return parameters;
}

// With a rate of 1 and no momentum the weights become the clipped gradients, negated.
std::vector<float> step(Clipping clipping, Parameters parameters) {
  const auto sgd = optimizers::make_sgd({.learning_rate = 1.0F, .clipping = clipping});
  sgd->build(parameters);
  sgd->step(parameters);
  return {parameters.values().begin(), parameters.values().end()};
}

TEST(Clipping, ByNormShortensEachParameterOnItsOwn) {
  // Lengths 5 and 1: only the first is longer than 2.5.
  EXPECT_THAT(step({.norm = 2.5F}, two_pairs(3, 4, 0, 1)), ElementsAre(-1.5F, -2.0F, 0.0F, -1.0F));
}

TEST(Clipping, ByGlobalNormShortensAllTogether) {
  // Length of all four: sqrt(9 + 16 + 144 + 0) = 13.
  EXPECT_THAT(step({.global_norm = 6.5F}, two_pairs(3, 4, 12, 0)),
              ElementsAre(-1.5F, -2.0F, -6.0F, 0.0F));
  EXPECT_THAT(step({.global_norm = 13.0F}, two_pairs(3, 4, 12, 0)),
              ElementsAre(-3.0F, -4.0F, -12.0F, 0.0F));
}

TEST(Clipping, ByValueCutsElements) {
  EXPECT_THAT(step({.value = 2.0F}, two_pairs(3, -4, 1, -2)),
              ElementsAre(-2.0F, 2.0F, -1.0F, 2.0F));
}

TEST(Clipping, HidesNothingThatIsNotFinite) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float bad : {inf, nan}) {
    for (const Clipping& clipping : {Clipping{.norm = 1.0F}, Clipping{.global_norm = 1.0F}}) {
      EXPECT_TRUE(std::isnan(step(clipping, two_pairs(bad, 0, 0, 0))[0]));
    }
  }
  EXPECT_TRUE(std::isnan(step({.value = 1.0F}, two_pairs(nan, 0, 0, 0))[0]));
}

TEST(Clipping, IsOfOneKindAndPositive) {
  EXPECT_EQ(error_of<ValueError>(
                [] { optimizers::make_sgd({.clipping = {.norm = 1.0F, .value = 1.0F}}); }),
            "only one of \"clipnorm\", \"global_clipnorm\" and \"clipvalue\" can be given");
  EXPECT_EQ(error_of<ValueError>([] { optimizers::make_sgd({.clipping = {.norm = 0.0F}}); }),
            "a clipping limit must be greater than 0");
}

TEST(Optimizer, CountsItsSteps) {
  const auto sgd = optimizers::make_sgd();
  Parameters parameters = two_pairs(0, 0, 0, 0);
  sgd->build(parameters);
  EXPECT_EQ(sgd->iterations(), 0);
  sgd->step(parameters);
  sgd->step(parameters);
  EXPECT_EQ(sgd->iterations(), 2);
  EXPECT_TRUE(sgd->no_fail());
}

TEST(Optimizer, LetsItsRateBeSet) {
  const auto sgd = optimizers::make_sgd({.learning_rate = 0.5F});
  EXPECT_EQ(sgd->learning_rate(), 0.5F);
  sgd->set_learning_rate(0.25F);
  Parameters parameters = two_pairs(1, 1, 1, 1);
  sgd->build(parameters);
  sgd->step(parameters);
  EXPECT_EQ(parameters.values()[0], -0.25F);
}

TEST(Optimizer, FollowsItsScheduleStepByStep) {
  const auto sgd = optimizers::make_sgd(
      {.schedule = schedules::make_piecewise_constant({.boundaries = {1}, .values = {1.0, 0.5}})});
  Parameters parameters = two_pairs(1, 0, 0, 0);
  sgd->build(parameters);
  std::vector<float> seen;
  for (int i = 0; i < 3; ++i) {
    sgd->step(parameters);
    seen.push_back(parameters.values()[0]);
  }
  // Steps 0 and 1 at rate 1, step 2 at a half.
  EXPECT_THAT(seen, ElementsAre(-1.0F, -2.0F, -2.5F));
  EXPECT_EQ(sgd->learning_rate(), 0.5F);
  EXPECT_TRUE(sgd->has_schedule());
  EXPECT_EQ(error_of<TypeError>([&] { sgd->set_learning_rate(1.0F); }),
            "optimizer \"sgd\": its learning rate follows a schedule and cannot be set");
}

TEST(Optimizer, GoesOnFromSavedSlotsBitForBit) {
  const auto run = [](int before, int after) {
    Parameters parameters = two_pairs(0.1F, -0.2F, 0.3F, 0.4F);
    auto adam = optimizers::make_adam({.amsgrad = true});
    adam->build(parameters);
    for (int i = 0; i < before; ++i) adam->step(parameters);
    auto resumed = optimizers::make_adam({.amsgrad = true});
    resumed->build(parameters);
    for (std::size_t i = 0; i < adam->slots().size(); ++i) {
      const auto from = adam->slots()[i].values;
      std::copy(from.begin(), from.end(), resumed->slots()[i].values.begin());
    }
    resumed->set_iterations(adam->iterations());
    for (int i = 0; i < after; ++i) resumed->step(parameters);
    return std::vector<float>(parameters.values().begin(), parameters.values().end());
  };
  EXPECT_EQ(run(3, 4), run(0, 7));
}

}  // namespace
}  // namespace trainwreck
