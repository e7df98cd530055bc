#include "tests/support/malloc_count.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace trainwreck::testing {
namespace {

// Keeps the compiler from leaving an allocation out.
void* kept(void* memory) {
  static void* volatile sink = nullptr;
  sink = memory;
  return sink;
}

template <class Action>
std::int64_t allocations_of(const Action& action) {
  const AllocationCount count;
  action();
  return count.so_far();
}

TEST(AllocationCount, SeesEveryWayToTheHeap) {
  if (!AllocationCount::works()) GTEST_SKIP() << "a sanitizer has malloc to itself";
  EXPECT_EQ(allocations_of([] { std::free(kept(std::malloc(8))); }), 1);
  EXPECT_EQ(allocations_of([] { std::free(kept(std::calloc(2, 8))); }), 1);
  EXPECT_EQ(allocations_of([] { std::free(kept(std::realloc(nullptr, 8))); }), 1);
  EXPECT_EQ(allocations_of([] { std::free(kept(std::aligned_alloc(64, 64))); }), 1);
  EXPECT_EQ(allocations_of([] { ::operator delete(kept(::operator new(8))); }), 1);
  constexpr std::align_val_t kLine{64};
  EXPECT_EQ(allocations_of([] { ::operator delete(kept(::operator new(8, kLine)), kLine); }), 1);
  EXPECT_EQ(allocations_of([] { kept(std::vector<int>(100).data()); }), 1);
}

TEST(AllocationCount, SeesNothingWhereNothingIs) {
  EXPECT_EQ(allocations_of([] { kept(nullptr); }), 0);
}

}  // namespace
}  // namespace trainwreck::testing
