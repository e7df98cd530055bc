#include "engine/base/check.h"

#include <gtest/gtest.h>

namespace trainwreck {
namespace {

TEST(CheckDeathTest, AbortsWithThePlaceAndTheReason) {
  const int answer = 42;
  EXPECT_DEATH(TRAINWRECK_CHECK(answer == 41, "the answer is wrong"),
               "check_test.cpp:[0-9]+: TRAINWRECK_CHECK\\(answer == 41\\) failed: the answer is "
               "wrong");
}

TEST(Check, LetsTheTruthPass) { TRAINWRECK_CHECK(true, "never"); }

}  // namespace
}  // namespace trainwreck
