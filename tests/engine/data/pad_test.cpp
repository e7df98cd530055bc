#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/combine/ragged_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Values = std::vector<float>;

// Sequences [1, 2, 3], [4], [] and [5, 6].
RaggedData sequences() { return {{Shape{}, {1, 2, 3, 4, 5, 6}, {0, 3, 4, 4, 6}}, counting(4)}; }

TEST(RaggedSource, PadsEachBatchToItsOwnLongest) {
  RaggedSource source(sequences(), {.value = -1.0F}, {.batch_size = 2});
  Batch batch;
  source.fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({2, 3}, {1, 2, 3, 4, -1, -1}));
  EXPECT_EQ(batch.y, Tensor({2, 1}, {0, 1}));
  source.fetch(1, batch);
  EXPECT_EQ(batch.x, Tensor({2, 2}, {-1, -1, 5, 6}));
  EXPECT_EQ(batch.samples, (std::vector<std::int64_t>{2, 3}));
}

TEST(RaggedSource, CutsAtEitherEnd) {
  const auto cut = [](Side side, Side at) {
    RaggedSource source(sequences(), {.length = 2, .side = side, .truncate = at});
    return values_of_pass(source, {});
  };
  EXPECT_EQ(cut(Side::post, Side::post), (Values{1, 2, 4, 0, 0, 0, 5, 6}));
  EXPECT_EQ(cut(Side::pre, Side::pre), (Values{2, 3, 0, 4, 0, 0, 5, 6}));
}

TEST(RaggedSource, PadsStepsOfSeveralNumbers) {
  RaggedSource source({{Shape{2}, {1, 2, 3, 4, 5, 6}, {0, 4, 6}}, {}}, {.side = Side::pre});
  Batch batch;
  source.fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({2, 2, 2}, {1, 2, 3, 4, 0, 0, 5, 6}));
  EXPECT_FALSE(batch.y.present());
}

TEST(RaggedSource, ShufflesItsRows) {
  RaggedSource source(sequences(), {}, {.batch_size = 1});
  const auto order = samples_of_pass(source, {.number = 1, .seed = 2, .shuffle = true});
  EXPECT_NE(order, samples_of_pass(source, {}));
  EXPECT_EQ(order, samples_of_pass(source, {.number = 1, .seed = 2, .shuffle = true}));
}

TEST(RaggedSource, RefusesWhatDoesNotFit) {
  EXPECT_EQ(error_of<ShapeError>([] { RaggedSource(sequences(), {.length = 2}); }),
            "pad: row 0 has 3 steps, more than the length 2");
  RaggedData data = sequences();
  data.y = counting(3);
  EXPECT_EQ(error_of<ValueError>([&] { RaggedSource(data, {}); }), "pad: x has 4 rows, y has 3");
}

TEST(PadEntry, ReadsSequencesThatAreWrittenDown) {
  DataBuilder builder;
  const auto source =
      builder.build(R"({"kind": "pad", "x": [[1, 2], [], [3]], "y": [0, 1, 2], "side": "pre"})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(values_of_pass(*source, {}), (Values{1, 2, 0, 0, 0, 3}));
  const auto steps = builder.build(R"({"kind": "pad", "x": [[[1, 2]], [[3, 4], [5, 6]]]})");
  ASSERT_TRUE(steps) << builder.complaints();
  EXPECT_EQ(values_of_pass(*steps, {}), (Values{1, 2, 0, 0, 3, 4, 5, 6}));
}

TEST(PadEntry, MakesSequencesOfDifferentLength) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "pad", "samples": 50, "min_length": 3, "max_length": 5, "batch_size": 1})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  std::vector<std::int64_t> seen(6, 0);
  for (std::int64_t i = 0; i < 50; ++i) {
    source->fetch(i, batch);
    ++seen[static_cast<std::size_t>(batch.x.shape()[1])];
    float sum = 0.0F;
    for (std::int64_t t = 0; t < batch.x.size(); t += 2) sum += batch.x[t] * batch.x[t + 1];
    EXPECT_FLOAT_EQ(sum, batch.y[0]);
  }
  EXPECT_GT(seen[3], 0);
  EXPECT_GT(seen[5], 0);
  EXPECT_EQ(seen[3] + seen[4] + seen[5], 50);
}

TEST(PadEntry, SaysWhatIsWrong) {
  DataBuilder builder;
  builder.build(R"({"kind": "pad", "x": [[1], 2]})");
  EXPECT_EQ(builder.complaints(), "/x [1] must be a list of steps, got 2\n");
  builder.build(R"({"kind": "pad", "x": [[[1, 2]], [[3]]]})");
  EXPECT_EQ(builder.complaints(), "/x [1][0] has 1 items where the first one has 2\n");
  builder.build(R"({"kind": "pad", "x": [[1, 2, 3]], "length": 2})");
  EXPECT_EQ(builder.complaints(), " pad: row 0 has 3 steps, more than the length 2\n");
  builder.build(R"({"kind": "pad", "min_length": 5, "max_length": 4})");
  EXPECT_EQ(builder.complaints(), "/min_length is above max_length\n");
}

}  // namespace
}  // namespace trainwreck
