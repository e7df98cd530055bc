// Method: one pass to give every buffer its size, then another one with every call of malloc
// counted.
#include <gtest/gtest.h>

#include "engine/combine/joined_source.h"
#include "engine/combine/ragged_source.h"
#include "engine/combine/worker_source.h"
#include "engine/contract/checked_source.h"
#include "engine/sources/array_sequence.h"
#include "engine/sources/array_source.h"
#include "engine/sources/problem_generator.h"
#include "engine/sources/synthetic_source.h"
#include "tests/engine/sources/support.h"
#include "tests/support/malloc_count.h"

namespace trainwreck {
namespace {

using testing::AllocationCount;

std::int64_t allocations_of_a_pass(DataSource& source, bool shuffle) {
  Batch batch;
  const std::int64_t batches = source.length().value_or(20);
  for (std::int64_t number = 0; number < 2; ++number) {
    source.start_pass({.number = number, .seed = 1, .shuffle = shuffle});
    for (std::int64_t i = 0; i < batches; ++i) source.fetch(i, batch);
  }
  source.start_pass({.number = 2, .seed = 1, .shuffle = shuffle});
  const AllocationCount count;
  for (std::int64_t i = 0; i < batches; ++i) source.fetch(i, batch);
  return count.so_far();
}

std::shared_ptr<DataSource> arrays() {
  return std::make_shared<ArraySource>(
      ArrayData{Tensor({50, 3}, 1.0F), counting(50), Tensor(Shape{50}, 1.0F)}, BatchOptions{8});
}

TEST(SourceAllocation, ASteadyPassAllocatesNothing) {
  if (!AllocationCount::works()) GTEST_SKIP() << "malloc belongs to a sanitizer";
  ArraySequence sequence({counting(50), counting(50), {}}, {.batches = {8}});
  SyntheticSource synthetic(linear_problem({}), 1000, {.batch_size = 64});
  ProblemGenerator generator(linear_problem({}), {.batch_size = 8});
  RaggedSource ragged({{Shape{}, std::vector<float>(60), {0, 20, 40, 50, 60}}, {}}, {}, {2});
  CheckedSource checked(arrays(), {.ask_twice = true, .watch_handed_out = true});
  const auto joined = interleave_sources({arrays(), arrays()});
  for (const bool shuffle : {false, true}) {
    EXPECT_EQ(allocations_of_a_pass(*arrays(), shuffle), 0) << "arrays";
    EXPECT_EQ(allocations_of_a_pass(sequence, shuffle), 0) << "sequence";
    EXPECT_EQ(allocations_of_a_pass(synthetic, shuffle), 0) << "synthetic";
    EXPECT_EQ(allocations_of_a_pass(generator, shuffle), 0) << "generator";
    EXPECT_EQ(allocations_of_a_pass(ragged, shuffle), 0) << "ragged";
    EXPECT_EQ(allocations_of_a_pass(checked, shuffle), 0) << "checked";
    EXPECT_EQ(allocations_of_a_pass(*joined, shuffle), 0) << "joined";
  }
}

TEST(SourceAllocation, TakingABatchFromWorkersAllocatesNothing) {
  if (!AllocationCount::works()) GTEST_SKIP() << "malloc belongs to a sanitizer";
  const auto executor = thread_executor();
  WorkerSource source(arrays(), *executor, {.workers = 2, .queue = 2});
  Batch batch;
  source.start_pass({});
  for (std::int64_t i = 0; i < 4; ++i) source.fetch(i, batch);
  const AllocationCount count;
  for (std::int64_t i = 4; i < 6; ++i) source.fetch(i, batch);
  EXPECT_EQ(count.so_far(), 0);
}

}  // namespace
}  // namespace trainwreck
