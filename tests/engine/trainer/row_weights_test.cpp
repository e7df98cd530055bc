#include <gtest/gtest.h>

#include <vector>

#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

TEST(ClassWeights, WeighEachRowByItsLabel) {
  Scene scene(keras(), 0.0F);
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) {
    for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
  };
  // Predictions are 0, so losses are 0, 1, 4, 9; class 3 is not listed.
  const FitResult result = scene.run(data, {.class_weight = {{0, 7.0F}, {1, 2.0F}, {2, 0.5F}}});
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("loss")[0]),
                  (0.0F + 2.0F + 2.0F + 9.0F) / 4.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), 1.5F);
}

TEST(ClassWeights, CountInMetricsToo) {
  Scene scene(hardened(), 0.0F);
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) {
    for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
  };
  const FitResult result = scene.run(data, {.class_weight = {{0, 0.0F}, {1, 0.0F}}});
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), 2.5F);
}

TEST(ClassWeights, DoNotGoWithSampleWeights) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    MarkerSequence data(1, scene.events);
    data.bend = [](std::int64_t, Batch& batch) { batch.sample_weight = Tensor({4}, 1.0F); };
    EXPECT_EQ(scene.run(data, {.class_weight = {{0, 1.0F}}}).error->message,
              "class_weight and sample weights cannot be used together");
  }
}

TEST(ClassWeights, NeedALabelForEachRow) {
  Scene scene(keras());
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) { batch.y = Tensor({1, 1}, 1.0F); };
  EXPECT_EQ(scene.run(data, {.class_weight = {{0, 1.0F}}}).error->message,
            "class_weight needs a label for each of 4 rows, got shape (1, 1)");
}

TEST(SampleWeights, WeighTheLossAndOnlyInHardenedTheMetrics) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras(), 0.0F);
    MarkerSequence data(1, scene.events);
    data.bend = [](std::int64_t, Batch& batch) {
      for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
      batch.sample_weight = Tensor({4}, std::vector<float>{0.0F, 0.0F, 0.0F, 2.0F});
    };
    const FitResult result = scene.run(data);
    EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("loss")[0]), 18.0F / 4.0F);
    EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), hard ? 3.0F : 1.5F);
  }
}

}  // namespace
}  // namespace trainwreck::testing
