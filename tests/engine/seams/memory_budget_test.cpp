#include "engine/seams/memory_budget.h"

#include <gtest/gtest.h>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

TEST(CountingBudget, CountsByPurposeAndKeepsThePeak) {
  CountingBudget budget;
  budget.reserve(MemoryPurpose::weights, 100);
  {
    const Reservation forward(budget, MemoryPurpose::forward, 50);
    EXPECT_EQ(budget.in_use(MemoryPurpose::forward), 50);
    EXPECT_EQ(budget.in_use(), 150);
  }
  EXPECT_EQ(budget.in_use(MemoryPurpose::forward), 0);
  EXPECT_EQ(budget.in_use(MemoryPurpose::weights), 100);
  EXPECT_EQ(budget.in_use(), 100);
  EXPECT_EQ(budget.peak(), 150);
}

TEST(CountingBudget, RefusesWhatDoesNotFitAndReservesNothing) {
  CountingBudget budget(100);
  budget.reserve(MemoryPurpose::batch, 60);
  try {
    budget.reserve(MemoryPurpose::forward, 41);
    FAIL();
  } catch (const OutOfMemory& error) {
    EXPECT_STREQ(error.what(), "out of memory for forward: wanted 41 bytes, 40 left");
  }
  EXPECT_EQ(budget.in_use(), 60);
  EXPECT_EQ(budget.peak(), 60);
  budget.reserve(MemoryPurpose::forward, 40);
  EXPECT_EQ(budget.in_use(), 100);
}

TEST(CountingBudget, HugeRequestsDoNotWrapAround) {
  CountingBudget budget(100);
  budget.reserve(MemoryPurpose::other, 1);
  EXPECT_THROW(budget.reserve(MemoryPurpose::data, std::numeric_limits<std::int64_t>::max()),
               OutOfMemory);
  EXPECT_EQ(budget.in_use(), 1);
}

TEST(CountingBudgetDeathTest, WrongAccountsAreABug) {
  CountingBudget budget;
  budget.reserve(MemoryPurpose::batch, 10);
  EXPECT_DEATH(budget.release(MemoryPurpose::batch, 11), "released more than was reserved");
  EXPECT_DEATH(budget.release(MemoryPurpose::save, 1), "released more than was reserved");
  EXPECT_DEATH(budget.reserve(MemoryPurpose::batch, -1), "a reservation cannot be negative");
}

TEST(MemoryPurpose, EveryOneHasItsName) {
  EXPECT_EQ(name_of(MemoryPurpose::weights), "weights");
  EXPECT_EQ(name_of(static_cast<MemoryPurpose>(kMemoryPurposes - 1)), "other");
}

}  // namespace
}  // namespace trainwreck
