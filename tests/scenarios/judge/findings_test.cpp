#include "scenarios/judge/findings.h"

#include <gtest/gtest.h>

#include <limits>

#include "scenarios/trace/epoch_loss.h"

namespace trainwreck {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

TEST(About, IsWithinAMillionth) {
  EXPECT_TRUE(about(1.0000005, 1.0));
  EXPECT_FALSE(about(1.000002, 1.0));
  EXPECT_FALSE(about(1e-9, 0.0));
}

TEST(About, InfinityEqualsItselfAlone) {
  EXPECT_TRUE(about(kInfinity, kInfinity));
  EXPECT_TRUE(about(-kInfinity, -kInfinity));
  EXPECT_FALSE(about(kInfinity, -kInfinity));
  EXPECT_FALSE(about(kInfinity, 7.0));
  EXPECT_FALSE(about(7.0, kInfinity));
  EXPECT_FALSE(about(7.0, -kInfinity));
}

TEST(About, NanEqualsNan) {
  EXPECT_TRUE(about(kNoNumber, kNoNumber));
  EXPECT_FALSE(about(kNoNumber, 1.0));
  EXPECT_FALSE(about(kInfinity, kNoNumber));
}

TEST(Exactly, IsTheSameNumber) {
  EXPECT_TRUE(exactly(0.1, 0.1));
  EXPECT_TRUE(exactly(kNoNumber, kNoNumber));
  EXPECT_FALSE(exactly(1.0000005, 1.0));
}

TEST(EpochLossMatches, InfinityEqualsItselfAlone) {
  EXPECT_FALSE((EpochLoss{.recorded = kInfinity, .computed = 3.0}).matches());
  EXPECT_FALSE((EpochLoss{.recorded = 3.0, .computed = kInfinity}).matches());
  EXPECT_TRUE((EpochLoss{.recorded = kInfinity, .computed = kInfinity}).matches());
}

}  // namespace
}  // namespace trainwreck
