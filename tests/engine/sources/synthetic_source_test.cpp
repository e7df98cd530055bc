#include "engine/sources/synthetic_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/errors.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

TEST(ComputedPermutation, HitsEveryNumberOnce) {
  for (const std::int64_t n : {1, 2, 3, 4, 5, 17, 64, 1000}) {
    const ComputedPermutation order(7, 0, n);
    std::set<std::int64_t> seen;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t value = order(i);
      EXPECT_GE(value, 0);
      EXPECT_LT(value, n);
      seen.insert(value);
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(n));
  }
}

TEST(SyntheticSource, GivesARowOfATrillionAsFastAsTheFirst) {
  SyntheticSource source(linear_problem({}), 1'000'000'000'000, {.batch_size = 10});
  EXPECT_EQ(source.length(), 100'000'000'000);
  source.start_pass({.number = 1, .seed = 2, .shuffle = true});
  Batch batch;
  EXPECT_TRUE(source.fetch(99'999'999'999, batch));
  EXPECT_EQ(batch.x.shape(), (Shape{10, 8}));
  EXPECT_EQ(batch.y.shape(), (Shape{10, 1}));
  EXPECT_TRUE(batch.x.all_finite());
  for (const std::int64_t sample : batch.samples) EXPECT_LT(sample, 1'000'000'000'000);
}

TEST(SyntheticSource, ARowDoesNotDependOnBatchesOrOrder) {
  const auto problem = linear_problem({.seed = 5});
  SyntheticSource small(problem, 20, {.batch_size = 3});
  SyntheticSource large(problem, 20, {.batch_size = 20});
  EXPECT_EQ(values_of_pass(small, {}), values_of_pass(large, {}));
  const std::vector<float> values = values_of_pass(large, {});
  small.start_pass({.number = 1, .seed = 1, .shuffle = true});
  Batch batch;
  small.fetch(2, batch);
  for (std::int64_t row = 0; row < 3; ++row) {
    const auto sample = static_cast<std::size_t>(batch.samples[static_cast<std::size_t>(row)]);
    EXPECT_TRUE(std::equal(batch.x.row(row).begin(), batch.x.row(row).end(),
                           values.begin() + static_cast<std::ptrdiff_t>(8 * sample)));
  }
}

TEST(SyntheticSource, ShufflesAnewInEachPass) {
  SyntheticSource source(linear_problem({}), 40);
  const auto first = samples_of_pass(source, {.number = 0, .seed = 3, .shuffle = true});
  const auto second = samples_of_pass(source, {.number = 1, .seed = 3, .shuffle = true});
  EXPECT_NE(first, second);
  EXPECT_EQ(samples_of_pass(source, {.number = 0, .seed = 3, .shuffle = true}), first);
}

TEST(SyntheticSource, SplitsOffItsLastRows) {
  SyntheticSource source(linear_problem({}), 10, {.batch_size = 4});
  const auto part = source.split_off(0.2);
  EXPECT_EQ(samples_of_pass(*part, {}), (std::vector<std::int64_t>{8, 9}));
  EXPECT_EQ(samples_of_pass(source, {}).size(), 8U);
}

TEST(SyntheticSource, RefusesMoreThanATrillionSamples) {
  EXPECT_EQ(error_of<ValueError>([] { SyntheticSource(linear_problem({}), 1'000'000'000'001); }),
            "synthetic: samples must be in [0, 1000000000000], got 1000000000001");
}

TEST(Problem, LinearLabelsAreALinearMapOfTheRow) {
  const auto problem = linear_problem({.features = {2}, .noise = 0.0, .seed = 1});
  const ArrayData data = make_arrays(*problem, 3);
  // Two rows fix the map, the third must follow it.
  const float a = data.x[0], b = data.x[1], c = data.x[2], d = data.x[3];
  const float det = a * d - b * c;
  const float w0 = (data.y[0] * d - b * data.y[1]) / det;
  const float w1 = (a * data.y[1] - c * data.y[0]) / det;
  EXPECT_NEAR(data.y[2], data.x[4] * w0 + data.x[5] * w1, 1e-4);
}

TEST(Problem, SevenSegmentDrawsTheDigitItNames) {
  const auto problem = seven_segment_problem({.noise = 0.0});
  const ArrayData data = make_arrays(*problem, 30);
  EXPECT_EQ(data.x.shape(), (Shape{30, 12, 8, 1}));
  for (std::int64_t i = 0; i < 30; ++i) {
    EXPECT_EQ(data.y[i], static_cast<float>(i % 10));
    float ink = 0.0F;
    for (const float pixel : data.x.row(i)) ink += pixel;
    const float segments[10] = {6, 2, 5, 5, 4, 5, 6, 3, 7, 6};
    EXPECT_EQ(ink, 5.0F * segments[i % 10]);
  }
}

TEST(Problem, AddingMarksTwoDifferentStepsWhoseSumIsTheLabel) {
  const auto problem = adding_problem({.length = 2, .noise = 0.0});
  const auto longer = adding_problem({.length = 7, .noise = 0.0});
  for (const auto& each : {problem, longer}) {
    const ArrayData data = make_arrays(*each, 50);
    for (std::int64_t i = 0; i < 50; ++i) {
      const auto row = data.x.row(i);
      float sum = 0.0F, marks = 0.0F;
      for (std::size_t t = 0; t < row.size(); t += 2) {
        sum += row[t] * row[t + 1];
        marks += row[t + 1];
      }
      EXPECT_EQ(marks, 2.0F);
      EXPECT_FLOAT_EQ(sum, data.y[i]);
    }
  }
}

TEST(Problem, OneHotLabelsHaveOneOne) {
  const auto problem = clusters_problem({.classes = 4, .labels = Labels::one_hot});
  const ArrayData data = make_arrays(*problem, 6);
  EXPECT_EQ(data.y.shape(), (Shape{6, 4}));
  EXPECT_EQ(data.y.row(5)[1], 1.0F);
  EXPECT_EQ(data.y.row(5)[0], 0.0F);
}

TEST(Problem, SpiralsStayNearTheUnitDisc) {
  const auto problem = spirals_problem({.noise = 0.0});
  const ArrayData data = make_arrays(*problem, 100);
  for (std::int64_t i = 0; i < 100; ++i) {
    EXPECT_LE(std::hypot(data.x[2 * i], data.x[2 * i + 1]), 1.0001);
  }
}

}  // namespace
}  // namespace trainwreck
