#include "engine/checkpoint/floats.h"

#include <gtest/gtest.h>

namespace trainwreck {
namespace {

TEST(Floats, BorrowUntilTheyAreGivenTheirOwn) {
  std::vector<float> lender{1.0F, 2.0F};
  Floats numbers;
  numbers.borrow(lender);
  lender[0] = 7.0F;
  EXPECT_EQ(numbers[0], 7.0F);
  numbers.copy(lender);
  lender[0] = 9.0F;
  EXPECT_EQ(numbers[0], 7.0F);
}

TEST(Floats, ACopyHasItsOwnMemory) {
  std::vector<float> lender{1.0F, 2.0F};
  Floats numbers;
  numbers.borrow(lender);
  const Floats copy = numbers;
  Floats assigned;
  assigned = numbers;
  lender[0] = 7.0F;
  EXPECT_EQ(copy[0], 1.0F);
  EXPECT_EQ(assigned[0], 1.0F);
  EXPECT_EQ(numbers, Floats(std::vector<float>{7.0F, 2.0F}));
}

TEST(Floats, MoveWithTheirMemory) {
  Floats numbers(std::vector<float>{1.0F, 2.0F});
  const float* where = numbers.begin();
  Floats moved = std::move(numbers);
  EXPECT_EQ(moved.begin(), where);
  EXPECT_EQ(moved.size(), 2U);
  Floats assigned;
  assigned = std::move(moved);
  EXPECT_EQ(assigned.begin(), where);
}

TEST(Floats, MemoryThatIsThereServesAgain) {
  Floats numbers(std::vector<float>{1.0F, 2.0F, 3.0F});
  const float* where = numbers.begin();
  numbers.copy(std::vector<float>{4.0F, 5.0F});
  EXPECT_EQ(numbers.begin(), where);
  EXPECT_EQ(numbers, Floats(std::vector<float>{4.0F, 5.0F}));
}

}  // namespace
}  // namespace trainwreck
