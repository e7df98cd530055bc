#include "engine/combine/joined_source.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;

// Tells what it hears: "[a a0 a1 a]" is an epoch of two batches.
class Told final : public Sequence {
 public:
  Told(std::string name, std::int64_t count, std::string& heard)
      : name_(std::move(name)), count_(count), heard_(heard) {}
  SourceTraits traits() const override { return {.name = name_}; }
  std::int64_t batch_count() const override { return count_; }
  void start_pass(const Pass& pass) override { seeds.push_back(pass.seed); }
  void batch(std::int64_t index, Batch& out) override {
    heard_ += name_ + std::to_string(index) + " ";
    out.x = Tensor({1, 1}, static_cast<float>(index));
  }
  void on_epoch_begin() override { heard_ += "[" + name_ + " "; }
  void on_epoch_end() override {
    Sequence::on_epoch_end();
    heard_ += name_ + "] ";
  }
  std::vector<std::uint64_t> seeds;

 private:
  std::string name_;
  std::int64_t count_;
  std::string& heard_;
};

class JoinTest : public ::testing::Test {
 protected:
  std::shared_ptr<Told> told(const std::string& name, std::int64_t count) {
    return std::make_shared<Told>(name, count, heard);
  }
  // What the children hear in an epoch of the whole that stops after `most` batches.
  std::string epoch(DataSource& source, const Pass& pass, std::int64_t most = 1000) {
    heard.clear();
    source.start_pass(pass);
    source.on_epoch_begin();
    ids.clear();
    for (std::int64_t i = 0; i < std::min(*source.length(), most); ++i) {
      source.fetch(i, batch);
      ids.push_back(batch.id);
    }
    source.on_epoch_end();
    return heard;
  }
  std::string heard;
  std::vector<BatchId> ids;
  Batch batch;
};

TEST_F(JoinTest, ConcatenatedChildrenHaveTheirEpochsOneAfterTheOther) {
  const auto source = concatenate_sources({told("a", 2), told("b", 3)});
  EXPECT_EQ(source->length(), 5);
  EXPECT_EQ(epoch(*source, {.number = 0}), "[a a0 a1 a] [b b0 b1 b2 b] ");
  EXPECT_EQ(ids[1], (BatchId{0, 0, 1}));
  EXPECT_EQ(ids[3], (BatchId{1, 0, 1}));
  EXPECT_EQ(epoch(*source, {.number = 1}), "[a a0 a1 a] [b b0 b1 b2 b] ");
  EXPECT_EQ(ids[3], (BatchId{1, 1, 1}));
}

TEST_F(JoinTest, AnEpochCutShortEndsTheChildThatIsUnderWayAndNoOther) {
  const auto source = concatenate_sources({told("a", 2), told("b", 3), told("c", 1)});
  EXPECT_EQ(epoch(*source, {}, 3), "[a a0 a1 a] [b b0 b] ");
  EXPECT_EQ(epoch(*source, {}, 2), "[a a0 a1 a] ");
  EXPECT_EQ(epoch(*source, {}, 0), "");
}

TEST_F(JoinTest, AChildHearsOfItsEndBeforeItsNextBatchEvenWhenNobodyTellsTheWhole) {
  const auto source = concatenate_sources({told("a", 2), told("b", 3)});
  source->start_pass({});
  source->fetch(0, batch);
  source->start_pass({.number = 1});
  source->fetch(0, batch);
  EXPECT_EQ(heard, "[a a0 a] [a a0 ");
}

TEST_F(JoinTest, GoingOnAfterTheWholesEpochEndIsANewEpochOfTheChild) {
  const auto source = concatenate_sources({told("a", 4)});
  source->start_pass({});
  source->fetch(0, batch);
  source->on_epoch_end();
  source->fetch(1, batch);
  source->on_epoch_end();
  source->on_epoch_end();
  EXPECT_EQ(heard, "[a a0 a] [a a1 a] ");
}

TEST_F(JoinTest, AskingForTheLastBatchTwiceDoesNotEndTheEpochBetween) {
  const auto source = concatenate_sources({told("a", 2), told("b", 1)});
  source->start_pass({});
  for (const std::int64_t index : {0, 1, 1, 2}) source->fetch(index, batch);
  EXPECT_EQ(heard, "[a a0 a1 a1 a] [b b0 ");
}

TEST_F(JoinTest, InterleavedChildrenTakeTurnsAndLeaveOutWhoHasFinished) {
  const auto source = interleave_sources({told("a", 1), told("b", 3), told("c", 2)});
  EXPECT_EQ(source->length(), 6);
  EXPECT_EQ(epoch(*source, {}), "[a a0 a] [b b0 [c c0 b1 c1 c] b2 b] ");
}

TEST_F(JoinTest, InterleavingStopsWithTheFirstWhenAsked) {
  const auto source = interleave_sources({told("a", 2), told("b", 3)}, Until::first);
  EXPECT_EQ(source->length(), 4);
  EXPECT_EQ(epoch(*source, {}), "[a a0 [b b0 a1 a] b1 b] ");
}

TEST_F(JoinTest, InterleavingBeginsAgainWithItsOwnEpochUntilTheLongestHasFinished) {
  const auto source = interleave_sources({told("a", 2), told("b", 5)}, Until::longest);
  EXPECT_EQ(source->length(), 10);
  EXPECT_EQ(epoch(*source, {.number = 1}),
            "[a a0 [b b0 a1 a] b1 [a a0 b2 a1 a] b3 [a a0 b4 a] b] ");
  EXPECT_EQ(ids[8], (BatchId{0, 2, 0}));
}

TEST_F(JoinTest, EachChildShufflesOnlyItselfWithASeedOfItsOwn) {
  const auto a = told("a", 20);
  const auto b = told("b", 20);
  const auto source = concatenate_sources({a, b});
  EXPECT_TRUE(source->traits().shuffles_rows);
  const Pass pass{.number = 1, .seed = 4, .shuffle = true};
  epoch(*source, pass);
  EXPECT_NE(a->seeds.back(), b->seeds.back());
  Ids first, second;
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(ids[i].source, 0);
    EXPECT_EQ(ids[i + 20].source, 1);
    first.push_back(ids[i].index);
    second.push_back(ids[i + 20].index);
  }
  EXPECT_NE(first, second);
  EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), second.begin()));
  Ids again;
  epoch(*source, pass);
  for (std::size_t i = 0; i < 20; ++i) again.push_back(ids[i].index);
  EXPECT_EQ(again, first);
}

TEST_F(JoinTest, ArraysInAJoinShuffleTheirRows) {
  const auto arrays = [] {
    return std::make_shared<ArraySource>(ArrayData{counting(10), {}, {}}, BatchOptions{3});
  };
  const auto source = interleave_sources({arrays(), arrays()});
  Ids samples = samples_of_pass(*source, {.number = 0, .seed = 1, .shuffle = true});
  std::sort(samples.begin(), samples.end());
  EXPECT_EQ(samples, (Ids{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9}));
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{3, 3, 3, 3, 3, 3, 1, 1}));
}

TEST_F(JoinTest, ZippedBatchesHoldEverybodysRows) {
  const auto make = [](float label) {
    return std::make_shared<ArraySource>(ArrayData{counting(5), Tensor({5, 1}, label), {}},
                                         BatchOptions{2});
  };
  const auto source = zip_sources({make(0.0F), make(1.0F)});
  EXPECT_EQ(source->length(), 3);
  source->start_pass({.number = 2});
  source->fetch(2, batch);
  EXPECT_EQ(batch.x, Tensor({2, 1}, {4, 4}));
  EXPECT_EQ(batch.y, Tensor({2, 1}, {0, 1}));
  EXPECT_EQ(batch.id, (BatchId{0, 2, 2}));
}

TEST_F(JoinTest, ZippedChildrenHaveTheirOwnEpochs) {
  const auto source = zip_sources({told("a", 2), told("b", 3)}, Unequal::shortest);
  EXPECT_EQ(epoch(*source, {}), "[a a0 [b b0 a1 a] b1 b] ");
}

TEST_F(JoinTest, RefusesWhatCannotBeJoined) {
  EXPECT_EQ(error_of<ValueError>([] { concatenate_sources({}); }),
            "concatenate: there is nothing to join");
  EXPECT_EQ(error_of<ValueError>([&] {
              interleave_sources({told("a", 1), from_generator_fn([](Batch&) { return false; })});
            }),
            "interleave: source 1 (generator) does not give its batches by index, so it cannot be "
            "joined");
  EXPECT_EQ(error_of<ValueError>([&] {
              zip_sources({told("a", 1), told("b", 2)});
            }),
            "zip: source 0 (a) has 1 batches, source 1 (b) has 2");
  EXPECT_EQ(error_of<ValueError>([&] {
              interleave_sources({told("a", 1), told("b", 0)}, Until::longest);
            }),
            "interleave: source 1 (b) has no batch to begin again with");
  const auto source = concatenate_sources({told("a", 1)});
  EXPECT_EQ(error_of<IndexError>([&] { source->fetch(1, batch); }),
            "concatenate: there is no batch 1, the source has 1");
}

TEST_F(JoinTest, RowsThatDoNotFitTogetherAreNamed) {
  const auto wide = std::make_shared<ArraySource>(ArrayData{Tensor({1, 2}), {}, {}});
  const auto narrow = std::make_shared<ArraySource>(ArrayData{Tensor({1, 1}), {}, {}});
  const auto source = zip_sources({wide, narrow});
  EXPECT_EQ(error_of<ShapeError>([&] { source->fetch(0, batch); }),
            "zip: x: row 1 of the batch has shape (1,), row 0 has (2,): rows of different length "
            "need padding");
}

TEST(JoinEntries, BuildTheirSourcesWithSeedsOfTheirOwn) {
  DataBuilder builder;
  const std::string two =
      R"("sources": [{"kind": "arrays", "samples": 4}, {"kind": "arrays", "samples": 4}]})";
  for (const std::string kind : {"concatenate", "interleave", "zip"}) {
    const auto source = builder.build(R"({"kind": ")" + kind + R"(", )" + two);
    ASSERT_TRUE(source) << builder.complaints();
    EXPECT_EQ(source->traits().name, kind);
    const std::vector<float> values = values_of_pass(*source, {});
    ASSERT_EQ(values.size(), 64U);
    EXPECT_NE(values[0], values[32]);
  }
  builder.build(R"({"kind": "interleave", "until": "al", "sources": []})");
  EXPECT_EQ(builder.complaints(),
            "/until \"al\" is unknown; did you mean \"all\"?\n"
            "/sources must list at least one source\n");
  builder.build(R"({"kind": "zip", "sources": [{"kind": "generator"}]})");
  EXPECT_EQ(builder.complaints(),
            "/sources zip: source 0 (generator) does not give its batches by index, so it cannot "
            "be joined\n");
}

}  // namespace
}  // namespace trainwreck
