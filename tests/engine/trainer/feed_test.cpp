#include "engine/trainer/feed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/seams/clock.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// Which markers each of `epochs` epochs sees: "[0 1][2]"; "!" where its supply ran dry.
std::string dealt(Feed& feed, int epochs) {
  std::string text;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    feed.begin_epoch();
    text += "[";
    while (const Batch* batch = feed.next()) {
      text +=
          (text.back() == '[' ? "" : " ") + std::to_string(static_cast<std::int64_t>(batch->x[0]));
    }
    text += feed.supply() == Supply::dry ? "!]" : "]";
    feed.end_epoch();
  }
  return text;
}

struct FeedScene : Scene {
  explicit FeedScene(Policy the_policy) : Scene(the_policy), session(*model, policy, seams()) {}
  Session session;
};

// A stream that begins anew in each pass.
class LoopingStream final : public DataSource {
 public:
  explicit LoopingStream(std::int64_t batches) : batches_(batches) {}
  SourceTraits traits() const override { return {.name = "stream", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return declared; }
  void start_pass(const Pass&) override { next_ = 0; }
  bool fetch(std::int64_t, Batch& out) override {
    if (next_ >= batches_) return false;
    out = marker_batch(next_++);
    return true;
  }
  std::optional<std::int64_t> declared;

 private:
  std::int64_t batches_;
  std::int64_t next_ = 0;
};

Policy with(Policy policy, Exhausted exhausted) {
  policy.data.exhausted = exhausted;
  return policy;
}

std::string of_sequence(const Policy& policy, std::int64_t length,
                        std::optional<std::int64_t> steps, int epochs) {
  FeedScene scene(policy);
  MarkerSequence data(length, scene.events);
  Feed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

std::string of_stream(const Policy& policy, std::int64_t length, std::optional<std::int64_t> steps,
                      int epochs) {
  FeedScene scene(policy);
  LoopingStream data(length);
  Feed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

std::string of_generator(const Policy& policy, std::int64_t length,
                         std::optional<std::int64_t> steps, int epochs) {
  FeedScene scene(policy);
  MarkerGenerator data(length, scene.events);
  Feed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

TEST(Feed, WithoutStepsEveryEpochHasAllTheData) {
  for (const Policy& policy : {keras(), hardened()}) {
    EXPECT_EQ(of_sequence(policy, 3, std::nullopt, 2), "[0 1 2][0 1 2]");
  }
  EXPECT_EQ(of_stream(hardened(), 3, std::nullopt, 2), "[0 1 2][0 1 2]");
  // Keras calls the end of every stream of unknown length a shortage.
  EXPECT_EQ(of_stream(keras(), 3, std::nullopt, 2), "[0 1 2!][0 1 2!]");
}

TEST(Feed, FewerStepsThanDataGoOnWhereTheLastEpochStopped) {
  EXPECT_EQ(of_sequence(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
  EXPECT_EQ(of_sequence(keras(), 5, 3, 3), "[0 1 2][3 4!][0 1 2]");
  EXPECT_EQ(of_sequence(keras(), 5, 5, 2), "[0 1 2 3 4][0 1 2 3 4]");
  EXPECT_EQ(of_sequence(keras(), 6, 2, 4), "[0 1][2 3][4 5][0 1]");
  EXPECT_EQ(of_stream(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
}

TEST(Feed, HardenedFillsAnEpochFromTheNextPass) {
  EXPECT_EQ(of_sequence(hardened(), 5, 2, 5), "[0 1][2 3][4 0][1 2][3 4]");
  EXPECT_EQ(of_sequence(hardened(), 5, 3, 3), "[0 1 2][3 4 0][1 2 3]");
  EXPECT_EQ(of_stream(hardened(), 5, 2, 5), "[0 1][2 3][4 0][1 2][3 4]");
}

TEST(Feed, CuttingAndWrappingArePoliciesOfTheirOwn) {
  Policy policy = keras();
  policy.data.pass_end = PassEnd::wraps_into_the_next;
  EXPECT_EQ(of_sequence(policy, 5, 3, 2), "[0 1 2][3 4 0]");
  policy = with(hardened(), Exhausted::ends_epoch);
  policy.data.pass_end = PassEnd::cuts_the_epoch;
  EXPECT_EQ(of_sequence(policy, 5, 3, 3), "[0 1 2][3 4!][0 1 2]");
}

TEST(Feed, MoreStepsThanDataNeverRepeatABatchWithinAnEpoch) {
  EXPECT_EQ(of_sequence(keras(), 5, 7, 2), "[0 1 2 3 4!][0 1 2 3 4!]");
  EXPECT_EQ(of_sequence(with(hardened(), Exhausted::ends_epoch), 5, 7, 2),
            "[0 1 2 3 4!][0 1 2 3 4!]");
  EXPECT_EQ(of_stream(with(hardened(), Exhausted::ends_epoch), 5, 7, 2),
            "[0 1 2 3 4!][0 1 2 3 4!]");
}

TEST(Feed, HardenedRefusesMoreStepsThanASourceSaysItHas) {
  FeedScene scene(hardened());
  MarkerSequence data(5, scene.events);
  try {
    Feed feed(data, {.steps = 7}, scene.session);
    FAIL();
  } catch (const DataExhausted& error) {
    EXPECT_STREQ(error.what(), "ds has 5 batches, fewer than the 7 steps per epoch asked for");
  }
}

TEST(Feed, ZeroAndNegativeStepsMeanAllInKerasAndAreRefusedInHardened) {
  EXPECT_EQ(of_sequence(keras(), 3, 0, 2), "[0 1 2][0 1 2]");
  EXPECT_EQ(of_sequence(keras(), 3, -1, 2), "[0 1 2!][0 1 2!]");
  EXPECT_EQ(of_generator(keras(), 3, -1, 2), "[0 1 2!][0 1!]");
  for (const std::int64_t steps : {0, -1}) {
    FeedScene scene(hardened());
    MarkerSequence data(3, scene.events);
    try {
      Feed feed(data, {.steps = steps}, scene.session);
      FAIL();
    } catch (const ValueError& error) {
      EXPECT_EQ(error.what(), fmt::format("steps per epoch must be at least 1, got {}", steps));
    }
  }
}

TEST(Feed, KerasDealsTheTwoPeekedItemsOfAGeneratorOutAgain) {
  EXPECT_EQ(of_generator(keras(), 5, std::nullopt, 3), "[0 1 2 3 4!][0 1!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 2, std::nullopt, 2), "[0 1!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 1, std::nullopt, 2), "[0!][0!]");
  EXPECT_EQ(of_generator(keras(), 7, 3, 4), "[0 1 2][3 4 5][6!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
  EXPECT_EQ(of_generator(keras(), 5, 3, 3), "[0 1 2][3 4!][0 1!]");
}

TEST(Feed, KerasHasAnEpochOfNothingWhenAGeneratorEndsWithAnEpoch) {
  EXPECT_EQ(of_generator(keras(), 6, 3, 4), "[0 1 2][3 4 5][!][0 1!]");
}

TEST(Feed, KerasDrawsTwoItemsBeforeAnythingElse) {
  FeedScene scene(keras());
  MarkerGenerator data(5, scene.events);
  Feed feed(data, {.steps = 1}, scene.session);
  EXPECT_EQ(scene.events.text(), "gen.yield(0) gen.yield(1)");
  // The second one is lost to whoever uses the generator next.
  EXPECT_EQ(dealt(feed, 1), "[0]");
  Feed next(data, {}, scene.session);
  EXPECT_EQ(dealt(next, 1), "[2 3 4!]");
}

TEST(Feed, HardenedDrawsNothingBeforeItIsAsked) {
  FeedScene scene(hardened());
  MarkerGenerator data(5, scene.events);
  Feed feed(data, {.steps = 1}, scene.session);
  EXPECT_EQ(scene.events.text(), "");
  EXPECT_EQ(dealt(feed, 2), "[0][1]");
  Feed next(data, {}, scene.session);
  EXPECT_EQ(dealt(next, 1), "[2 3 4]");
}

TEST(Feed, KerasRefusesAGeneratorWithoutItems) {
  FeedScene scene(keras());
  MarkerGenerator data(0, scene.events);
  try {
    Feed feed(data, {}, scene.session);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "gen is empty");
  }
}

TEST(Feed, AGeneratorThatRaisesWhilePeekedAtRaisesAtOnce) {
  FeedScene scene(keras());
  MarkerGenerator data(5, scene.events);
  data.raise_at = 1;
  EXPECT_THROW(Feed(data, {}, scene.session), ValueError);
}

TEST(Feed, HardenedSaysHowFarTheDataReached) {
  FeedScene scene(hardened());
  MarkerGenerator data(4, scene.events);
  Feed feed(data, {.steps = 3}, scene.session);
  EXPECT_EQ(dealt(feed, 2), "[0 1 2][3!]");
  EXPECT_EQ(feed.shortage(), "gen ran out of data: 1 of 3 batches came");
  MarkerGenerator whole(2, scene.events);
  Feed all(whole, {}, scene.session);
  EXPECT_EQ(dealt(all, 2), "[0 1][!]");  // the end of a stream is no shortage, nothing at all is
  EXPECT_EQ(all.shortage(), "gen has not one batch to give");
}

TEST(Feed, AStreamThatGivesLessThanItDeclaredHasRunDry) {
  FeedScene scene(hardened());
  MarkerGenerator data(3, scene.events);
  data.declared = 6;
  Feed feed(data, {}, scene.session);
  EXPECT_EQ(dealt(feed, 1), "[0 1 2!]");
  EXPECT_EQ(feed.shortage(), "gen ran out of data: 3 of 6 batches came");
  // Nor is the gap filled from the next pass.
  LoopingStream looping(3);
  looping.declared = 5;
  Feed counted(looping, {.steps = 2}, scene.session);
  EXPECT_EQ(dealt(counted, 2), "[0 1][2!]");
}

TEST(Feed, WarnsOrTracesTheShortageAsThePolicySays) {
  for (const Exhausted exhausted : {Exhausted::warns_and_goes_on, Exhausted::error,
                                    Exhausted::ends_epoch, Exhausted::ends_run}) {
    FeedScene scene(with(hardened(), exhausted));
    scene.traced = true;
    Session session(*scene.model, scene.policy, scene.seams());
    MarkerGenerator data(4, scene.events);
    Feed feed(data, {.steps = 3}, session);
    dealt(feed, 2);
    const bool warns = exhausted != Exhausted::error;
    ASSERT_EQ(session.warnings().size(), warns ? 1U : 0U);
    if (warns) {
      EXPECT_EQ(session.warnings()[0].id, "data.ran_out");
      EXPECT_EQ(session.warnings()[0].text, "gen ran out of data: 1 of 3 batches came");
    }
    EXPECT_EQ(scene.trace.of(TraceKind::policy),
              exhausted == Exhausted::warns_and_goes_on ? "" : "exhausted_early/gen/");
  }
}

TEST(Feed, ShrinkingSourceGivesShortEpochsInKeras) {
  FeedScene scene(keras());
  MarkerSequence data(4, scene.events);
  Feed feed(data, {}, scene.session);
  EXPECT_EQ(dealt(feed, 1), "[0 1 2 3]");
  data.set_batches(2);
  EXPECT_EQ(dealt(feed, 2), "[0 1!][0 1!]");
}

TEST(Feed, GrowthOfASourceIsNotSeenBeforeTheNextFeed) {
  for (const Policy& policy : {keras(), hardened()}) {
    FeedScene scene(policy);
    MarkerSequence data(2, scene.events);
    Feed feed(data, {}, scene.session);
    data.set_batches(4);
    EXPECT_EQ(dealt(feed, 2), "[0 1][0 1]");
    feed.reset();
    EXPECT_EQ(dealt(feed, 1), "[0 1 2 3]");
  }
}

TEST(Feed, ShrinkingWhileShuffledNeverAsksBeyondTheEnd) {
  FeedScene scene(keras());
  MarkerSequence data(8, scene.events);
  Feed feed(data, {.shuffle = true, .seed = 3}, scene.session);
  dealt(feed, 1);
  data.set_batches(3);
  feed.begin_epoch();
  std::set<float> seen;
  while (const Batch* batch = feed.next()) seen.insert(batch->x[0]);
  EXPECT_EQ(seen, (std::set<float>{0.0F, 1.0F, 2.0F}));
  EXPECT_EQ(feed.supply(), Supply::dry);
}

TEST(Feed, EmptySourceGivesAnEpochOfNothing) {
  EXPECT_EQ(of_sequence(keras(), 0, std::nullopt, 2), "[!][!]");
  EXPECT_EQ(of_sequence(keras(), 0, 2, 2), "[!][!]");
  EXPECT_EQ(of_sequence(hardened(), 0, std::nullopt, 1), "[!]");
  FeedScene scene(keras());
  MarkerSequence data(0, scene.events);
  Feed feed(data, {}, scene.session);
  dealt(feed, 2);
  EXPECT_EQ(scene.session.warnings().size(), 2U);
}

TEST(Feed, ShuffledOrderDependsOnSeedAndPassAlone) {
  const auto order = [](std::uint64_t seed, std::int64_t first_pass, int epochs) {
    FeedScene scene(hardened());
    MarkerSequence data(6, scene.events);
    Feed feed(data, {.shuffle = true, .seed = seed, .first_pass = first_pass}, scene.session);
    return dealt(feed, epochs);
  };
  const std::string two = order(1, 0, 2);
  EXPECT_EQ(two, order(1, 0, 2));
  EXPECT_EQ(two.substr(two.find("][") + 1), order(1, 1, 1));
  EXPECT_NE(order(1, 0, 1), order(2, 0, 1));
  EXPECT_NE(order(1, 0, 1), order(1, 1, 1));
  EXPECT_NE(order(1, 0, 1), "[0 1 2 3 4 5]");
}

TEST(Feed, TellsASourceThatShufflesItsRowsSoAndKeepsItsBatchesInOrder) {
  struct RowShuffler final : DataSource {
    SourceTraits traits() const override { return {.name = "rows", .shuffles_rows = true}; }
    std::optional<std::int64_t> length() const override { return 4; }
    void start_pass(const Pass& pass) override { passes.push_back(pass); }
    bool fetch(std::int64_t index, Batch& out) override {
      out = marker_batch(index);
      return true;
    }
    std::vector<Pass> passes;
  };
  FeedScene scene(hardened());
  RowShuffler data;
  Feed feed(data, {.shuffle = true, .seed = 9, .first_pass = 3}, scene.session);
  EXPECT_EQ(dealt(feed, 2), "[0 1 2 3][0 1 2 3]");
  ASSERT_EQ(data.passes.size(), 2U);
  EXPECT_TRUE(data.passes[0].shuffle);
  EXPECT_EQ(data.passes[0].seed, 9U);
  EXPECT_EQ(data.passes[0].number, 3);
  EXPECT_EQ(data.passes[1].number, 4);
}

TEST(Feed, GoingToAPositionEqualsWalkingThere) {
  const auto marks = [](std::int64_t length, std::optional<std::int64_t> steps, bool stream,
                        std::int64_t epochs, std::int64_t batches, bool walk) {
    FeedScene scene(hardened());
    MarkerSequence sequence(length, scene.events);
    LoopingStream looping(length);
    DataSource& data = stream ? static_cast<DataSource&>(looping) : sequence;
    Feed feed(data, {.steps = steps, .shuffle = true, .seed = 5}, scene.session);
    if (walk) {
      const std::string all = dealt(feed, static_cast<int>(epochs) + 2);
      std::size_t at = 0;
      for (std::int64_t i = 0; i < epochs; ++i) at = all.find(']', at) + 1;
      std::string rest = all.substr(at);
      for (std::int64_t i = 0; i < batches; ++i) rest.erase(1, rest.find_first_of(" ]", 1));
      return rest;
    }
    feed.go_to(epochs, batches);
    return dealt(feed, 2);
  };
  for (const bool stream : {false, true}) {
    for (const auto steps : {std::optional<std::int64_t>(), std::optional<std::int64_t>(2),
                             std::optional<std::int64_t>(3), std::optional<std::int64_t>(4)}) {
      for (const std::int64_t epochs : {0, 1, 2, 3}) {
        for (const std::int64_t batches : {0, 1}) {
          EXPECT_EQ(marks(5, steps, stream, epochs, batches, false),
                    marks(5, steps, stream, epochs, batches, true))
              << stream << " steps " << steps.value_or(0) << " to " << epochs << "." << batches;
        }
      }
    }
  }
}

TEST(Feed, GoingToAPositionFetchesNothingFromARandomSource) {
  FeedScene scene(hardened());
  MarkerSequence data(3, scene.events);
  Feed feed(data, {}, scene.session);
  feed.go_to(2, 1);
  EXPECT_EQ(scene.events.text(),
            "ds.on_epoch_begin ds.on_epoch_end ds.on_epoch_begin ds.on_epoch_end");
  scene.events.clear();
  EXPECT_EQ(dealt(feed, 1), "[1 2]");
  EXPECT_EQ(feed.steps_taken(), 3);
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[1] ds[2] ds.on_epoch_end");
}

TEST(Feed, GoingBeyondTheEndOfAStreamIsAnError) {
  FeedScene scene(hardened());
  MarkerGenerator data(4, scene.events);
  Feed feed(data, {.steps = 3}, scene.session);
  EXPECT_THROW(feed.go_to(2, 0), DataExhausted);
}

TEST(Feed, HardenedTellsTheSourceOfEveryEpochsEndOnce) {
  FeedScene scene(hardened());
  MarkerSequence data(3, scene.events);
  Feed feed(data, {}, scene.session);
  feed.reset();
  feed.begin_epoch();
  feed.next();
  feed.end_epoch();  // cut short
  feed.end_epoch();
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds.on_epoch_end");
}

TEST(Feed, KerasTellsTheSourceAtResetAndAfterFullEpochsAlone) {
  FeedScene scene(keras());
  MarkerSequence data(2, scene.events);
  Feed feed(data, {}, scene.session);
  EXPECT_NE(feed.peek(), nullptr);
  feed.reset();
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds.on_epoch_end");
  scene.events.clear();
  feed.begin_epoch();
  feed.next();
  feed.end_epoch();  // cut short
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0]");
  scene.events.clear();
  EXPECT_EQ(dealt(feed, 1), "[0 1]");
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds[1] ds.on_epoch_end");
}

class SlowClock final : public Clock {
 public:
  std::chrono::nanoseconds now() override { return time += std::chrono::seconds(step); }
  double unix_seconds() override { return 0.0; }
  std::chrono::nanoseconds time{0};
  int step = 0;
};

TEST(Feed, ABatchThatCameTooLateIsATimeout) {
  FeedScene scene(hardened());
  SlowClock clock;
  const Seams world = scene.seams();
  Session session(*scene.model, scene.policy,
                  {world.files, clock, world.memory, world.executor, world.signals});
  MarkerSequence data(2, scene.events);
  Feed feed(data, {}, session);
  clock.step = 60;
  feed.begin_epoch();
  EXPECT_NE(feed.next(), nullptr);
  clock.step = 61;
  try {
    feed.next();
    FAIL();
  } catch (const Timeout& error) {
    EXPECT_STREQ(error.what(),
                 "ds: batch 1 took 61 s, more than the 60 s of data.deadline_seconds");
  }
}

TEST(Feed, TracesWhatItFetched) {
  FeedScene scene(hardened());
  scene.traced = true;
  Session session(*scene.model, scene.policy, scene.seams());
  MarkerSequence data(3, scene.events);
  data.bend = [](std::int64_t index, Batch&) {
    if (index == 1) throw ValueError("corrupt");
  };
  Feed feed(data, {}, session);
  feed.begin_epoch();
  feed.next();
  EXPECT_THROW(feed.next(), ValueError);
  EXPECT_EQ(scene.trace.of(TraceKind::fetch_end), "/ds/ok 0.0 | /ds/raised.1");
}

}  // namespace
}  // namespace trainwreck::testing
