#include "engine/sources/array_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/base/errors.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;

Ids upto(std::int64_t n) {
  Ids ids(static_cast<std::size_t>(n));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

TEST(ArraySource, GivesRowsInOrderWithTheirNames) {
  ArraySource source({counting(5), counting(5), Tensor({5}, 2.0F)}, {.batch_size = 2});
  EXPECT_EQ(source.length(), 3);
  source.start_pass({.number = 4});
  Batch batch;
  EXPECT_TRUE(source.fetch(1, batch));
  EXPECT_EQ(batch.x, Tensor({2, 1}, {2.0F, 3.0F}));
  EXPECT_EQ(batch.y, batch.x);
  EXPECT_EQ(batch.sample_weight, Tensor({2}, {2.0F, 2.0F}));
  EXPECT_EQ(batch.id, (BatchId{0, 4, 1}));
  EXPECT_EQ(batch.samples, (Ids{2, 3}));
}

TEST(ArraySource, KeepsTheClaimedDtype) {
  Tensor x = counting(3);
  x.set_dtype(Dtype::uint8);
  ArraySource source({x, {}, {}}, {.batch_size = 2});
  Batch batch;
  source.fetch(0, batch);
  EXPECT_EQ(batch.x.dtype(), Dtype::uint8);
  source.start_pass({.shuffle = true});
  source.fetch(0, batch);
  EXPECT_EQ(batch.x.dtype(), Dtype::uint8);
}

TEST(ArraySource, LeavesOutOnlyTheLastBatchThatIsNotFull) {
  const Pass pass;
  ArraySource all({counting(17), {}, {}}, {.batch_size = 16});
  EXPECT_EQ(rows_of_pass(all, pass), (Ids{16, 1}));
  ArraySource full({counting(17), {}, {}}, {.batch_size = 16, .drop_last = true});
  EXPECT_EQ(rows_of_pass(full, pass), (Ids{16}));
  ArraySource exact({counting(32), {}, {}}, {.batch_size = 16, .drop_last = true});
  EXPECT_EQ(rows_of_pass(exact, pass), (Ids{16, 16}));
  ArraySource larger({counting(3), {}, {}}, {.batch_size = 100});
  EXPECT_EQ(rows_of_pass(larger, pass), (Ids{3}));
  ArraySource one({counting(1), {}, {}}, {});
  EXPECT_EQ(rows_of_pass(one, pass), (Ids{1}));
}

TEST(ArraySource, WithoutRowsHasNoBatch) {
  ArraySource source({Tensor({0, 4}), Tensor({0, 1}), {}});
  EXPECT_EQ(source.length(), 0);
  source.start_pass({.shuffle = true});
  Batch batch;
  EXPECT_EQ(error_of<IndexError>([&] { source.fetch(0, batch); }),
            "arrays: there is no batch 0, the source has 0");
}

TEST(ArraySource, ShufflesRowsAnewInEachPassAndTheSameForTheSameSeed) {
  ArraySource source({counting(50), counting(50), {}}, {.batch_size = 8});
  const Ids first = samples_of_pass(source, {.number = 0, .seed = 3, .shuffle = true});
  const Ids second = samples_of_pass(source, {.number = 1, .seed = 3, .shuffle = true});
  EXPECT_NE(first, second);
  EXPECT_NE(first, upto(50));
  Ids sorted = first;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, upto(50));
  EXPECT_EQ(samples_of_pass(source, {.number = 0, .seed = 3, .shuffle = true}), first);
  EXPECT_EQ(samples_of_pass(source, {.number = 0, .seed = 3}), upto(50));
}

TEST(ArraySource, KeepsRowsOfXAndYTogetherWhenShuffling) {
  ArraySource source({counting(50), counting(50), counting(50)}, {.batch_size = 8});
  source.start_pass({.number = 2, .seed = 1, .shuffle = true});
  Batch batch;
  for (std::int64_t i = 0; i < 7; ++i) {
    source.fetch(i, batch);
    for (std::int64_t row = 0; row < batch.rows(); ++row) {
      const auto sample = static_cast<float>(batch.samples[static_cast<std::size_t>(row)]);
      EXPECT_EQ(batch.x[row], sample);
      EXPECT_EQ(batch.y[row], sample);
      EXPECT_EQ(batch.sample_weight[row], sample);
    }
  }
}

TEST(ArraySource, RefusesTensorsThatDisagreeUpFront) {
  EXPECT_EQ(error_of<ValueError>([] {
              ArraySource({counting(1000), counting(999), {}});
            }),
            "arrays: x has 1000 rows, y has 999");
  EXPECT_EQ(error_of<ValueError>([] {
              ArraySource({counting(3), counting(2), counting(1)});
            }),
            "arrays: x has 3 rows, y has 2, sample_weight has 1");
  EXPECT_EQ(error_of<ValueError>([] {
              ArraySource({{}, counting(2), {}});
            }),
            "arrays: x is absent");
  EXPECT_EQ(error_of<ShapeError>([] {
              ArraySource({Tensor(Shape{}, 1.0F), {}, {}});
            }),
            "arrays: x must have rows, got shape ()");
  EXPECT_EQ(error_of<ShapeError>([] {
              ArraySource({counting(2), {}, Tensor({2, 2})});
            }),
            "arrays: sample_weight must hold one number per row, got shape (2, 2)");
  EXPECT_EQ(error_of<ValueError>([] {
              ArraySource({counting(2), {}, {}}, {.batch_size = -1});
            }),
            "arrays: batch_size must be at least 1, got -1");
}

TEST(ArraySource, SplitsOffTheLastRowsBeforeShuffling) {
  ArraySource source({counting(10), {}, {}}, {.batch_size = 4});
  const auto part = source.split_off(0.25);
  EXPECT_EQ(source.rows(), 7);
  EXPECT_EQ(samples_of_pass(*part, {}), (Ids{7, 8, 9}));
  Ids kept = samples_of_pass(source, {.number = 3, .seed = 1, .shuffle = true});
  std::sort(kept.begin(), kept.end());
  EXPECT_EQ(kept, upto(7));
  Ids shuffled = samples_of_pass(*part, {.number = 3, .seed = 5, .shuffle = true});
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, (Ids{7, 8, 9}));
  EXPECT_EQ(part->traits().name, "arrays (split off)");
}

TEST(ArraySource, RefusesASplitThatLeavesOnePartEmpty) {
  ArraySource source({counting(2), {}, {}});
  EXPECT_EQ(error_of<ValueError>([&] { source.split_off(0.6); }),
            "arrays: 2 rows are too few to split off 0.6 of them");
  EXPECT_EQ(error_of<ValueError>([&] { source.split_off(1.0); }),
            "arrays: the fraction to split off must lie between 0 and 1, got 1");
  EXPECT_EQ(source.rows(), 2);
}

}  // namespace
}  // namespace trainwreck
