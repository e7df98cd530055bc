#include "engine/combine/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/base/errors.h"
#include "engine/combine/maps.h"
#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;
using Values = std::vector<float>;

Values values_upto(std::int64_t n) {
  Values values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0.0F);
  return values;
}

TEST(Pipeline, FlowsInTheOrderInWhichItIsWritten) {
  const auto source =
      Pipeline::from_arrays(counting(5)).map(scale(2.0F)).map(shift(1.0F)).batch(2).source();
  EXPECT_EQ(source->length(), 3);
  EXPECT_EQ(values_of_pass(*source, {}), (Values{1, 3, 5, 7, 9}));
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{2, 2, 1}));
}

TEST(Pipeline, NamesItsBatchesAndTheirSamples) {
  const auto source = Pipeline::from_arrays(counting(5), counting(5)).batch(2).source();
  source->start_pass({.number = 3});
  Batch batch;
  source->fetch(0, batch);
  source->fetch(1, batch);
  EXPECT_EQ(batch.id, (BatchId{0, 3, 1}));
  EXPECT_EQ(batch.samples, (Ids{2, 3}));
  EXPECT_EQ(batch.y, Tensor({2, 1}, {2.0F, 3.0F}));
}

TEST(Pipeline, ShufflesAnewInEachPassAndTheSameForTheSameSeed) {
  const auto build = [](std::int64_t buffer) {
    return Pipeline::from_arrays(counting(50)).shuffle(buffer).batch(7).source();
  };
  const auto source = build(50);
  const Values first = values_of_pass(*source, {.number = 0, .seed = 1});
  const Values second = values_of_pass(*source, {.number = 1, .seed = 1});
  EXPECT_NE(first, second);
  EXPECT_NE(first, values_upto(50));
  EXPECT_NE(values_of_pass(*source, {.number = 0, .seed = 2}), first);
  EXPECT_EQ(values_of_pass(*build(50), {.number = 0, .seed = 1}), first);
  Values sorted = first;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, values_upto(50));
  EXPECT_EQ(values_of_pass(*build(1), {.number = 0, .seed = 1}), values_upto(50));
}

TEST(Pipeline, ASmallBufferMovesNothingFurtherForwardThanItIsLong) {
  const auto source = Pipeline::from_arrays(counting(100)).shuffle(4).source();
  const Values values = values_of_pass(*source, {.seed = 3});
  ASSERT_EQ(values.size(), 100U);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_LT(values[i], static_cast<float>(i + 4));
  }
}

TEST(Pipeline, TwoShufflesMakeDifferentChoices) {
  const auto once = Pipeline::from_arrays(counting(20)).shuffle(20).source();
  const auto twice = Pipeline::from_arrays(counting(20)).batch(1).shuffle(20).source();
  EXPECT_NE(values_of_pass(*once, {}), values_of_pass(*twice, {}));
}

TEST(Pipeline, RepeatsWithADifferentOrderInEachRound) {
  const auto source = Pipeline::from_arrays(counting(10)).shuffle(10).repeat(2).source();
  EXPECT_EQ(source->length(), 20);
  const Values values = values_of_pass(*source, {});
  ASSERT_EQ(values.size(), 20U);
  const Values first(values.begin(), values.begin() + 10);
  const Values second(values.begin() + 10, values.end());
  EXPECT_NE(first, second);
  EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), second.begin()));
}

TEST(Pipeline, RepeatsForEverUntilSomebodyTakesEnough) {
  const auto source = Pipeline::from_arrays(counting(3)).repeat_forever().take(8).source();
  EXPECT_EQ(source->length(), std::nullopt);
  EXPECT_EQ(values_of_pass(*source, {}), (Values{0, 1, 2, 0, 1, 2, 0, 1}));
}

TEST(Pipeline, RepeatingNothingEnds) {
  const auto source = Pipeline::from_arrays(Tensor({0, 1})).repeat_forever().batch(2).source();
  EXPECT_EQ(values_of_pass(*source, {}), Values{});
  const auto never = Pipeline::from_arrays(counting(2)).repeat(0).source();
  EXPECT_EQ(never->length(), 0);
  EXPECT_EQ(values_of_pass(*never, {}), Values{});
}

TEST(Pipeline, SkipsThenTakes) {
  const auto source = Pipeline::from_arrays(counting(10)).skip(3).take(4).batch(3).source();
  EXPECT_EQ(source->length(), 2);
  EXPECT_EQ(values_of_pass(*source, {}), (Values{3, 4, 5, 6}));
  EXPECT_EQ(values_of_pass(*source, {.number = 1}), (Values{3, 4, 5, 6}));
  const auto none = Pipeline::from_arrays(counting(2)).skip(5).source();
  EXPECT_EQ(none->length(), 0);
  EXPECT_EQ(values_of_pass(*none, {}), Values{});
}

TEST(Pipeline, DropsALastBatchThatIsNotFullWhenAsked) {
  const auto source = Pipeline::from_arrays(counting(17)).batch(16, true).source();
  EXPECT_EQ(source->length(), 1);
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{16}));
}

TEST(Pipeline, CutsTheBatchesOfASourceAnew) {
  const auto arrays = std::make_shared<ArraySource>(ArrayData{counting(10), counting(10), {}},
                                                    BatchOptions{.batch_size = 4});
  const auto source = Pipeline::from_source(arrays).batch(3).source();
  EXPECT_EQ(rows_of_pass(*source, {.shuffle = true}), (Ids{3, 3, 3, 1}));
  EXPECT_EQ(values_of_pass(*source, {.shuffle = true}), values_upto(10));
}

TEST(Pipeline, AGeneratorThatCanBeginAgainDoesSoInEachPass) {
  const auto source = Pipeline::from_generator([] {
                        return [i = 0](Batch& out) mutable {
                          out.x = Tensor({1, 1}, static_cast<float>(i));
                          return i++ < 3;
                        };
                      }).source();
  EXPECT_TRUE(source->traits().replayable);
  EXPECT_EQ(values_of_pass(*source, {}), (Values{0, 1, 2}));
  EXPECT_EQ(values_of_pass(*source, {.number = 1}), (Values{0, 1, 2}));
}

TEST(Pipeline, GoesOnWhereItStoppedWhenItsSourceCannotBeginAgain) {
  float next = 0.0F;
  const auto source = Pipeline::from_source(from_generator_fn([&next](Batch& out) {
                        out.x = Tensor({1, 1}, next++);
                        return next < 100.0F;
                      }))
                          .shuffle(3)
                          .batch(2)
                          .source();
  EXPECT_FALSE(source->traits().replayable);
  Values values;
  Batch batch;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    source->start_pass({.number = epoch});
    for (std::int64_t i = 0; i < 2; ++i) {
      ASSERT_TRUE(source->fetch(i, batch));
      values.insert(values.end(), batch.x.values().begin(), batch.x.values().end());
    }
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(std::unique(values.begin(), values.end()), values.end());
}

TEST(Pipeline, AnErrorFromAboveLosesNoRows) {
  const auto broken = from_sequence_fn(4, [](std::int64_t index, Batch& out) {
    if (index == 1) throw BadBatch("broken");
    out.x = Tensor({1, 1}, static_cast<float>(index));
  });
  const auto source = Pipeline::from_source(broken).batch(3).source();
  source->start_pass({});
  Batch batch;
  EXPECT_EQ(error_of<BadBatch>([&] { source->fetch(0, batch); }), "broken");
  EXPECT_TRUE(source->fetch(1, batch));
  EXPECT_EQ(batch.x, Tensor({3, 1}, {0.0F, 2.0F, 3.0F}));
}

Pipeline ragged() {
  return Pipeline::from_generator([] {
    return [i = 0](Batch& out) mutable {
      const std::int64_t lengths[] = {2, 1, 3};
      if (i == 3) return false;
      out.x = Tensor({1, lengths[i]}, static_cast<float>(i + 1));
      ++i;
      return true;
    };
  });
}

TEST(Pipeline, RowsOfDifferentLengthNeedPadding) {
  const auto source = ragged().batch(3).source();
  Batch batch;
  EXPECT_EQ(error_of<ShapeError>([&] { source->fetch(0, batch); }),
            "pipeline: x: row 1 of the batch has shape (1,), row 0 has (2,): rows of different "
            "length need padding");
}

TEST(Pipeline, PadsToTheLongestOfTheBatch) {
  const auto source = ragged().pad({.value = 9.0F}).batch(2).source();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({2, 2}, {1, 1, 2, 9}));
  source->fetch(1, batch);
  EXPECT_EQ(batch.x, Tensor({1, 3}, {3, 3, 3}));
}

TEST(Pipeline, PadsInFrontToAFixedLengthAndCuts) {
  const auto source =
      ragged().pad({.length = 2, .side = Side::pre, .truncate = Side::post}).batch(3).source();
  EXPECT_EQ(values_of_pass(*source, {}), (Values{1, 1, 0, 2, 3, 3}));
  const auto strict = ragged().pad({.length = 2}).batch(3).source();
  Batch batch;
  EXPECT_EQ(error_of<ShapeError>([&] { strict->fetch(0, batch); }),
            "pipeline: x: row 2 of the batch has 3 steps, more than the length 2");
}

TEST(Pipeline, RefusesStagesThatMakeNoSense) {
  EXPECT_EQ(error_of<ValueError>([] { Pipeline::from_arrays(counting(2)).batch(0); }),
            "pipeline: batch needs at least 1 row, got 0");
  EXPECT_EQ(error_of<ValueError>([] { Pipeline::from_arrays(counting(2)).shuffle(0); }),
            "pipeline: shuffle needs a buffer of 1 to 2^28, got 0");
  EXPECT_EQ(error_of<ValueError>([] { Pipeline::from_arrays(counting(2)).pad().take(1); }),
            "pipeline: pad must be followed by batch, not by take");
  EXPECT_EQ(error_of<StateError>([] {
              Pipeline pipeline = Pipeline::from_arrays(counting(2));
              pipeline.source();
              pipeline.source();
            }),
            "pipeline: its source has been made already");
}

TEST(Pipeline, HandsTheEpochOnToItsSource) {
  std::string heard;
  SequenceFunctions functions;
  functions.batch_count = [] { return 1; };
  functions.batch = [](std::int64_t, Batch& out) { out.x = Tensor({1, 1}); };
  functions.epoch_begin = [&] { heard += "begin "; };
  functions.epoch_end = [&] { heard += "end"; };
  const auto executor = thread_executor();
  const auto source =
      Pipeline::from_source(from_sequence_fn(functions)).prefetch(*executor).source();
  source->on_epoch_begin();
  values_of_pass(*source, {});
  source->on_epoch_end();
  EXPECT_EQ(heard, "begin end");
}

// Named for the thread sanitizer's selection.
TEST(WorkerPrefetch, ChangesNothingButTheTime) {
  const auto executor = thread_executor();
  const auto build = [&](bool ahead) {
    Pipeline pipeline = Pipeline::from_arrays(counting(60));
    pipeline.shuffle(16).repeat(2);
    if (ahead) pipeline.prefetch(*executor, 3);
    pipeline.batch(7);
    if (ahead) pipeline.prefetch(*executor, 2);
    return pipeline.source();
  };
  const auto plain = build(false);
  const auto ahead = build(true);
  EXPECT_EQ(ahead->length(), plain->length());
  for (std::int64_t number = 0; number < 3; ++number) {
    const Pass pass{.number = number, .seed = 8};
    EXPECT_EQ(values_of_pass(*ahead, pass), values_of_pass(*plain, pass));
  }
}

TEST(WorkerPrefetch, CanBeDroppedInTheMiddle) {
  const auto executor = thread_executor();
  const auto source =
      Pipeline::from_arrays(counting(60)).repeat_forever().prefetch(*executor, 4).source();
  Batch batch;
  source->fetch(0, batch);
  source->on_epoch_end();
  EXPECT_TRUE(source->fetch(1, batch));
  EXPECT_EQ(batch.x[0], 1.0F);
}

TEST(Maps, OneHotRefusesWhatIsNoClass) {
  Batch batch;
  batch.y = Tensor({3}, {0.0F, 2.0F, 1.0F});
  one_hot(3)(batch, {});
  EXPECT_EQ(batch.y, Tensor({3, 3}, {1, 0, 0, 0, 0, 1, 0, 1, 0}));
  EXPECT_EQ(error_of<ShapeError>([&] { one_hot(3)(batch, {}); }),
            "one_hot: labels must be one class number per row, got shape (3, 3)");
  batch.y = Tensor({2}, {0.0F, 1.5F});
  EXPECT_EQ(error_of<BadBatch>([&] { one_hot(3)(batch, {}); }),
            "one_hot: row 1 has the label 1.5, which is no class of 0 to 2");
}

TEST(Maps, FlipsTheSameLabelsHoweverTheBatchesAreCut) {
  const auto labels = [](std::int64_t rows, double fraction) {
    const auto source = Pipeline::from_arrays(counting(40), Tensor({40, 1}))
                            .batch(rows)
                            .map(flip_labels(2, fraction))
                            .source();
    Values flipped;
    Batch batch;
    while (source->fetch(0, batch)) {
      flipped.insert(flipped.end(), batch.y.values().begin(), batch.y.values().end());
    }
    return flipped;
  };
  EXPECT_EQ(labels(1, 0.5), labels(7, 0.5));
  EXPECT_EQ(labels(7, 1.0), Values(40, 1.0F));
  EXPECT_EQ(labels(7, 0.0), Values(40, 0.0F));
}

}  // namespace
}  // namespace trainwreck
