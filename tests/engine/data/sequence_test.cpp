#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/sources/array_sequence.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;

TEST(ArraySequence, CountsWhatItIsAskedFor) {
  ArraySequence sequence({counting(5), {}, {}}, {.batches = {.batch_size = 2}});
  Batch batch;
  sequence.on_epoch_begin();
  sequence.fetch(2, batch);
  sequence.fetch(0, batch);
  sequence.on_epoch_end();
  EXPECT_EQ(sequence.counts().epoch_begins, 1);
  EXPECT_EQ(sequence.counts().epoch_ends, 1);
  EXPECT_EQ(sequence.counts().batches, 2);
}

TEST(ArraySequence, ChangesItsOrderAtItsOwnEpochsEndOnly) {
  ArraySequence sequence({counting(20), {}, {}},
                         {.batches = {.batch_size = 4}, .shuffle_on_epoch_end = true, .seed = 1});
  const Ids first = samples_of_pass(sequence, {.number = 0, .seed = 5, .shuffle = true});
  EXPECT_EQ(first.front(), 0);
  EXPECT_EQ(samples_of_pass(sequence, {.number = 1, .seed = 5, .shuffle = true}), first);
  sequence.on_epoch_end();
  EXPECT_NE(samples_of_pass(sequence, {}), first);
}

TEST(SequenceEntry, HasTheLengthOfWholeBatchesWhenItDropsTheLast) {
  DataBuilder builder;
  auto source = builder.build(R"({"kind": "sequence", "samples": 17, "batch_size": 16})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), 2);
  source =
      builder.build(R"({"kind": "sequence", "samples": 17, "batch_size": 16, "drop_last": true})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), 1);
  EXPECT_FALSE(source->traits().shuffles_rows);
}

TEST(SequenceEntry, WithoutEndTellsNoLengthAndBeginsAgain) {
  DataBuilder builder;
  const auto source =
      builder.build(R"({"kind": "sequence", "samples": 3, "batch_size": 2, "endless": true})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->length(), std::nullopt);
  Batch batch;
  source->fetch(1000, batch);
  EXPECT_EQ(batch.samples, (Ids{0, 1}));
  EXPECT_EQ(batch.id.index, 1000);
  builder.build(R"({"kind": "sequence", "samples": 0, "endless": true})");
  EXPECT_EQ(builder.complaints(), "/endless needs a batch to begin again with\n");
}

TEST(SequenceEntry, MayMakeItsDataAnewAtItsEpochsEnd) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "sequence", "x": [[1], [2]], "batch_size": 2, "epoch_end_adds": 100})");
  ASSERT_TRUE(source) << builder.complaints();
  source->on_epoch_end();
  source->on_epoch_end();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({2, 1}, {201, 202}));
}

TEST(FunctionSequence, CallsTheFunctionsItWasGiven) {
  std::string heard;
  SequenceFunctions functions;
  functions.batch_count = [] { return 2; };
  functions.batch = [&](std::int64_t index, Batch& out) {
    heard += std::to_string(index);
    out.x = Tensor({1, 1}, 7.0F);
  };
  functions.epoch_end = [&] { heard += "end"; };
  const auto source = from_sequence_fn(functions, "mine");
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{1, 1}));
  source->on_epoch_begin();
  source->on_epoch_end();
  EXPECT_EQ(heard, "01end");
  Batch batch;
  EXPECT_EQ(error_of<IndexError>([&] { source->fetch(2, batch); }),
            "mine: there is no batch 2, the source has 2");
}

TEST(FunctionSequence, TakesJustACountAndAFunction) {
  const auto source = from_sequence_fn(3, [](std::int64_t index, Batch& out) {
    out.x = Tensor({index + 1, 1});
  });
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{1, 2, 3}));
}

}  // namespace
}  // namespace trainwreck
