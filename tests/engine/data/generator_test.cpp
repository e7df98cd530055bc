#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;

TEST(GeneratorEntry, IsGoneOnceItHasGivenItsBatches) {
  DataBuilder builder;
  const auto source = builder.build(R"({"kind": "generator", "batches": 2, "batch_size": 3})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), std::nullopt);
  EXPECT_FALSE(source->traits().replayable);
  EXPECT_EQ(samples_of_pass(*source, {.number = 0}), (Ids{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(samples_of_pass(*source, {.number = 1}), Ids{});
}

TEST(GeneratorEntry, ClaimsTheLengthItWasToldToClaim) {
  DataBuilder builder;
  const auto source =
      builder.build(R"({"kind": "generator", "batches": 2, "declares_length": 10})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), 10);
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{32, 32}));
}

TEST(GeneratorEntry, NeverEndsUnlessItIsTold) {
  DataBuilder builder;
  const auto source =
      builder.build(R"({"kind": "generator", "batch_size": 1, "problem": "adding"})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  for (std::int64_t i = 0; i < 1000; ++i) ASSERT_TRUE(source->fetch(i, batch));
  EXPECT_EQ(batch.id, (BatchId{0, 0, 999}));
  EXPECT_EQ(batch.samples, (Ids{999}));
  EXPECT_EQ(batch.x.shape(), (Shape{1, 10, 2}));
}

TEST(GeneratorEntry, WithoutBatchesIsExhaustedAtOnce) {
  DataBuilder builder;
  const auto source = builder.build(R"({"kind": "generator", "batches": 0})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  EXPECT_FALSE(source->fetch(0, batch));
}

TEST(GeneratorEntry, HasEndedOnceItHasFailed) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "generator", "batches": 5, "fails_at": 1, "batch_size": 1, "name": "gen"})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  EXPECT_TRUE(source->fetch(0, batch));
  EXPECT_EQ(error_of<ValueError>([&] { source->fetch(1, batch); }), "gen: record 1 is corrupt");
  EXPECT_FALSE(source->fetch(1, batch));
}

TEST(FunctionGenerator, GivesWhatTheFunctionGives) {
  std::int64_t left = 2;
  const auto source = from_generator_fn(
      [&](Batch& out) {
        out.x = Tensor({left, 1});
        return left-- > 0;
      },
      5, "mine");
  EXPECT_EQ(source->length(), 5);
  EXPECT_EQ(source->traits().name, "mine");
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{2, 1}));
}

}  // namespace
}  // namespace trainwreck
