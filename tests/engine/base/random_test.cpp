#include "engine/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace trainwreck {
namespace {

// These bits are a promise: checkpoints and scenarios of old runs hang on them.
TEST(Random, TheBitsNeverChange) {
  const Random random(42, Purpose::shuffle, 3, 7);
  EXPECT_EQ(random.bits(0), 0x7B62AFE48C5BE31FU);
  EXPECT_EQ(random.bits(1), 0x629CC77F52D392FAU);
  EXPECT_EQ(random.bits(2), 0xEC513BE3806BAC8EU);
  EXPECT_EQ(Random(0, Purpose::initialise).bits(0), 0xE98AC57A82838E47U);
  EXPECT_EQ(random.uniform(0), 0x1.fa1e96p-1F);
  EXPECT_EQ(random.uniform(1), 0x1.58993p-4F);
  EXPECT_EQ(random.normal(0), -0x1.16dd0cp+0F);
  EXPECT_EQ(random.normal(2), 0x1.0a4acap+0F);
  EXPECT_EQ(random.below(0, 1000), 481U);
  std::array<std::int64_t, 10> order{};
  permutation(random, order);
  EXPECT_EQ(order, (std::array<std::int64_t, 10>{0, 5, 7, 4, 8, 2, 3, 1, 6, 9}));
}

TEST(Random, EveryPartOfTheAddressCounts) {
  std::set<std::uint64_t> seen;
  int drawn = 0;
  for (const std::uint64_t seed : {0U, 1U}) {
    for (const Purpose purpose : {Purpose::initialise, Purpose::shuffle}) {
      for (const std::int64_t epoch : {-1, 0, 1}) {
        for (const std::int64_t batch : {0, 1}) {
          for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1} << 32}) {
            seen.insert(Random(seed, purpose, epoch, batch).bits(index));
            ++drawn;
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(drawn));
}

TEST(Random, FourAtOnceAreTheSingleOnes) {
  const Random random(5, Purpose::dropout, 1, 2);
  for (std::uint64_t group = 0; group < 100; ++group) {
    float four[4];
    random.uniform4(group, four);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(four[i], random.uniform(4 * group + i));
  }
}

TEST(Random, UniformsFillTheirIntervalEvenly) {
  const Random random(7, Purpose::noise);
  std::array<int, 16> counts{};
  for (std::uint64_t i = 0; i < 16000; ++i) {
    const float value = random.uniform(i);
    ASSERT_GE(value, 0.0F);
    ASSERT_LT(value, 1.0F);
    ++counts[static_cast<std::size_t>(value * 16.0F)];
  }
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(random.uniform(3, -2.0F, 2.0F), -2.0F + 4.0F * random.uniform(3));
}

TEST(Random, NormalsHaveTheMomentsOfTheBell) {
  const Random random(7, Purpose::noise);
  constexpr int kDraws = 20000;
  double sum = 0.0;
  double square = 0.0;
  double fourth = 0.0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double value = static_cast<double>(random.normal(i));
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    square += value * value;
    fourth += value * value * value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 0.03);
  EXPECT_NEAR(square / kDraws, 1.0, 0.05);
  EXPECT_NEAR(fourth / kDraws, 3.0, 0.3);
}

TEST(Random, BelowStaysBelow) {
  const Random random(9, Purpose::fault);
  std::array<int, 3> counts{};
  for (std::uint64_t i = 0; i < 3000; ++i) ++counts[random.below(i, 3)];
  for (const int count : counts) EXPECT_NEAR(count, 1000, 120);
  EXPECT_EQ(random.below(5, 1), 0U);
  EXPECT_LT(random.below(5, ~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_DEATH(random.below(0, 0), "no number is below zero");
}

TEST(Random, APermutationHoldsEveryIndexOnce) {
  const Random random(1, Purpose::shuffle, 0);
  std::vector<std::int64_t> order(1000, -1);
  permutation(random, order);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<std::int64_t>(i));
  permutation(random, {});
}

}  // namespace
}  // namespace trainwreck
