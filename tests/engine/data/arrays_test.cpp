#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

TEST(ArraysEntry, MakesRowsOfAProblem) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "arrays", "samples": 10, "features": 3, "outputs": 2, "batch_size": 4})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(rows_of_pass(*source, {}), (std::vector<std::int64_t>{4, 4, 2}));
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x.shape(), (Shape{4, 3}));
  EXPECT_EQ(batch.y.shape(), (Shape{4, 2}));
}

TEST(ArraysEntry, GivesTheSameRowsAsSyntheticData) {
  DataBuilder builder;
  const std::string rest = R"("samples": 12, "problem": "clusters", "seed": 9})";
  const auto arrays = builder.build(R"({"kind": "arrays", )" + rest);
  ASSERT_TRUE(arrays) << builder.complaints();
  const auto synthetic = builder.build(R"({"kind": "synthetic", )" + rest);
  ASSERT_TRUE(synthetic) << builder.complaints();
  EXPECT_EQ(values_of_pass(*arrays, {}), values_of_pass(*synthetic, {}));
}

TEST(ArraysEntry, ClassesMakeItAProblemOfClasses) {
  DataBuilder builder;
  const auto source =
      builder.build(R"({"kind": "arrays", "classes": 5, "labels": "one_hot", "shape": [2, 2, 1]})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x.shape(), (Shape{32, 2, 2, 1}));
  EXPECT_EQ(batch.y.shape(), (Shape{32, 5}));
}

TEST(ArraysEntry, ReadsWhatIsWrittenDown) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "arrays", "x": [[1, "nan"], [2.5, "-inf"]], "y": [0, 1],
          "sample_weight": [1, 2]})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x.shape(), (Shape{2, 2}));
  EXPECT_EQ(batch.x[0], 1.0F);
  EXPECT_TRUE(std::isnan(batch.x[1]));
  EXPECT_EQ(batch.x[3], -INFINITY);
  EXPECT_EQ(batch.y, Tensor({2}, {0.0F, 1.0F}));
  EXPECT_EQ(batch.sample_weight, Tensor({2}, {1.0F, 2.0F}));
}

TEST(ArraysEntry, SaysWhereWhatIsWrittenDownIsWrong) {
  DataBuilder builder;
  builder.build(R"({"kind": "arrays", "x": [[1, 2], [3]]})");
  EXPECT_EQ(builder.complaints(), "/x [1] has 1 items where the first one has 2\n");
  builder.build(R"({"kind": "arrays", "x": [[1, 2], [3, true]]})");
  EXPECT_EQ(builder.complaints(),
            "/x [1][1] must be a number, \"nan\", \"inf\" or \"-inf\", got true\n");
  builder.build(R"({"kind": "arrays", "x": 3})");
  EXPECT_EQ(builder.complaints(), "/x must be a list of rows, got 3\n");
  builder.build(R"({"kind": "arrays", "x": [[[[[1]]]]]})");
  EXPECT_EQ(builder.complaints(), "/x has 5 dimensions, at most 4\n");
  builder.build(R"({"kind": "arrays", "x": [[1], [2]], "y": [1, 2, 3]})");
  EXPECT_EQ(builder.complaints(), " arrays: x has 2 rows, y has 3\n");
  builder.build(R"({"kind": "arrays", "y": [1, 2, 3]})");
  EXPECT_EQ(builder.complaints(), "/y means nothing without x\n");
  builder.build(R"({"kind": "arrays", "x": [[1], [2]], "samples": 3})");
  EXPECT_EQ(builder.complaints(), "/samples means nothing beside x\n");
}

TEST(ArraysEntry, AWrittenTableWithoutRowsIsAnEmptySource) {
  DataBuilder builder;
  const auto source = builder.build(R"({"kind": "arrays", "x": [], "y": []})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), 0);
}

TEST(ArraysEntry, MarkersTellWhichBatchARowIsIn) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "arrays", "problem": "markers", "samples": 5, "features": 2, "group": 2,
          "batch_size": 5, "name": "marked"})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({5, 2}, {0, 0, 0, 0, 1, 0, 1, 0, 2, 0}));
  EXPECT_EQ(batch.y, Tensor({5, 1}, 1.0F));
  EXPECT_EQ(source->traits().name, "marked");
}

TEST(ArraysEntry, WithoutABatchSizeMakeAsManyBatchesAsAreWanted) {
  DataBuilder builder;
  const auto lengths = [&](const std::string& rest) {
    const auto source = builder.build(R"({"kind": "arrays", "samples": 100)" + rest + "}");
    std::vector<std::int64_t> result{*source->length()};
    for (const std::optional<std::int64_t> steps :
         {std::optional<std::int64_t>(7), std::optional<std::int64_t>(200),
          std::optional<std::int64_t>(0), std::optional<std::int64_t>()}) {
      source->settle_batch_size(steps, ZeroBatchSize::means_default);
      result.push_back(*source->length());
    }
    return result;
  };
  // 15 rows in a batch make 7 batches of 100 rows.
  EXPECT_EQ(lengths(""), (std::vector<std::int64_t>{4, 7, 100, 4, 4}));
  EXPECT_EQ(lengths(R"(, "batch_size": 0)"), (std::vector<std::int64_t>{4, 7, 100, 4, 4}));
  EXPECT_EQ(lengths(R"(, "batch_size": 10)"), (std::vector<std::int64_t>(5, 10)));
}

TEST(ArraysEntry, ABatchSizeOfZeroMayBeRefused) {
  DataBuilder builder;
  const auto zero = builder.build(R"({"kind": "arrays", "batch_size": 0})");
  EXPECT_EQ(error_of<ValueError>([&] { zero->settle_batch_size({}, ZeroBatchSize::refused); }),
            "arrays: batch_size must be at least 1, got 0");
  EXPECT_NO_THROW(
      builder.build(R"({"kind": "arrays"})")->settle_batch_size({}, ZeroBatchSize::refused));
}

TEST(ArraysEntry, RefusesOptionsThatTheProblemDoesNotHave) {
  DataBuilder builder;
  builder.build(R"({"kind": "arrays", "problem": "spirals", "features": 4, "outputs": 2})");
  EXPECT_EQ(builder.complaints(),
            "/features means nothing to the problem \"spirals\"\n"
            "/outputs means nothing to the problem \"spirals\"\n");
  builder.build(R"({"kind": "arrays", "problem": "spiral", "sampels": 3})");
  EXPECT_EQ(builder.complaints(),
            "/problem \"spiral\" is unknown; did you mean \"spirals\"?\n"
            "/sampels is not a known key; did you mean \"samples\"?\n");
  builder.build(R"({"kind": "arrays", "shape": [2, 0]})");
  EXPECT_EQ(builder.complaints(), "/shape must be up to 3 dimensions of at least 1\n");
}

}  // namespace
}  // namespace trainwreck
