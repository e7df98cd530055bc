#include "engine/initialisers/initialisers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/engine/model/part_builder.h"

namespace trainwreck {
namespace {

using testing::PartBuilder;

std::vector<float> filled(const Initialiser& initialiser, const Shape& shape, Fans fans = {},
                          std::uint64_t seed = 1) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()), -99.0F);
  initialiser.fill(values, shape, fans, Random(seed, Purpose::initialise));
  return values;
}

struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
  float low = 0.0F;
  float high = 0.0F;
};

Moments moments(const std::vector<float>& values) {
  Moments result;
  const auto count = static_cast<double>(values.size());
  for (const float value : values) result.mean += static_cast<double>(value) / count;
  double variance = 0.0;
  for (const float value : values) {
    variance += std::pow(static_cast<double>(value) - result.mean, 2) / count;
  }
  result.deviation = std::sqrt(variance);
  result.low = *std::min_element(values.begin(), values.end());
  result.high = *std::max_element(values.begin(), values.end());
  return result;
}

constexpr std::int64_t kMany = 20'000;

void expect_uniform(const Initialiser& initialiser, Fans fans, double low, double high) {
  const Moments found = moments(filled(initialiser, {kMany}, fans));
  EXPECT_NEAR(found.mean, 0.5 * (low + high), 0.02 * (high - low));
  EXPECT_NEAR(found.deviation, (high - low) / std::sqrt(12.0), 0.01 * (high - low));
  EXPECT_NEAR(static_cast<double>(found.low), low, 0.01 * (high - low));
  EXPECT_NEAR(static_cast<double>(found.high), high, 0.01 * (high - low));
}

TEST(Initialisers, Constants) {
  EXPECT_EQ(filled(*initialisers::make_zeros(), {3}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(filled(*initialisers::make_ones(), {2}), (std::vector<float>{1, 1}));
  EXPECT_EQ(filled(*initialisers::make_constant({.value = 2.5F}), {2}),
            (std::vector<float>{2.5F, 2.5F}));
}

TEST(Initialisers, UniformOnesReachTheirBoundsAndNoFurther) {
  expect_uniform(*initialisers::make_random_uniform(), {}, -0.05, 0.05);
  expect_uniform(*initialisers::make_random_uniform({.minval = 1.0F, .maxval = 3.0F}), {}, 1, 3);
  const double glorot = std::sqrt(6.0 / 14.0);
  expect_uniform(*initialisers::make_glorot_uniform(), {4, 10}, -glorot, glorot);
  const double he = std::sqrt(6.0 / 4.0);
  expect_uniform(*initialisers::make_he_uniform(), {4, 10}, -he, he);
}

TEST(Initialisers, RandomNormalHasItsMoments) {
  const auto initialiser = initialisers::make_random_normal({.mean = 1.0F, .stddev = 2.0F});
  const Moments found = moments(filled(*initialiser, {kMany}));
  EXPECT_NEAR(found.mean, 1.0, 0.05);
  EXPECT_NEAR(found.deviation, 2.0, 0.05);
  EXPECT_GT(found.high, 6.0F);
}

TEST(Initialisers, ScaledNormalsAreCutOffAtTwoDeviations) {
  const auto check = [](const Initialiser& initialiser, double deviation) {
    const Moments found = moments(filled(initialiser, {kMany}, {4, 10}));
    EXPECT_NEAR(found.mean, 0.0, 0.03 * deviation);
    EXPECT_NEAR(found.deviation, deviation, 0.02 * deviation);
    const double bound = 2.0 * deviation / 0.87962566103423978;
    EXPECT_LE(static_cast<double>(found.high), 1.0001 * bound);
    EXPECT_GE(static_cast<double>(found.high), 0.97 * bound);
  };
  check(*initialisers::make_glorot_normal(), std::sqrt(2.0 / 14.0));
  check(*initialisers::make_he_normal(), std::sqrt(2.0 / 4.0));
}

TEST(Orthogonal, HasOrthonormalRowsOrColumns) {
  const auto initialiser = initialisers::make_orthogonal({.gain = 2.0F});
  for (const Shape& shape : {Shape{16, 64}, Shape{64, 16}, Shape{20, 20}, Shape{2, 3, 4}}) {
    const std::vector<float> values = filled(*initialiser, shape);
    const auto columns = static_cast<std::size_t>(shape.back());
    const std::size_t rows = values.size() / columns;
    const bool by_rows = rows < columns;
    const std::size_t count = std::min(rows, columns);
    const std::size_t length = std::max(rows, columns);
    const auto at = [&](std::size_t vector, std::size_t i) {
      return static_cast<double>(by_rows ? values[vector * columns + i]
                                         : values[i * columns + vector]);
    };
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        double dot = 0.0;
        for (std::size_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
        EXPECT_NEAR(dot, a == b ? 4.0 : 0.0, 1e-5) << shape.text();
      }
    }
  }
}

TEST(Initialisers, SameSeedSameValues) {
  PartBuilder builder;
  for (const auto& entry : builtin_initialisers()) {
    const auto initialiser =
        builder.build(builtin_initialisers(), '"' + std::string(entry.name) + '"');
    ASSERT_TRUE(initialiser) << builder.complaints();
    EXPECT_EQ(filled(*initialiser, {6, 5}), filled(*initialiser, {6, 5})) << entry.name;
    const bool constant = entry.name == "zeros" || entry.name == "ones" || entry.name == "constant";
    EXPECT_EQ(filled(*initialiser, {6, 5}, {}, 1) == filled(*initialiser, {6, 5}, {}, 2), constant)
        << entry.name;
  }
}

TEST(Initialisers, AreBuiltByName) {
  PartBuilder builder;
  for (const char* json : {R"("zeros")", R"("ones")", R"({"kind": "constant", "value": 3})",
                           R"({"kind": "random_uniform", "minval": 0, "maxval": 1})",
                           R"({"kind": "random_normal", "mean": 1, "stddev": 2})",
                           R"("glorot_uniform")", R"("glorot_normal")", R"("he_uniform")",
                           R"("he_normal")", R"({"kind": "orthogonal", "gain": 2})"}) {
    EXPECT_TRUE(builder.build(builtin_initialisers(), json)) << builder.complaints();
  }
}

}  // namespace
}  // namespace trainwreck
