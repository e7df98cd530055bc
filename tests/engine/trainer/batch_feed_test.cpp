#include "engine/trainer/batch_feed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "tests/support/feed_scene.h"

namespace trainwreck::testing {
namespace {

Policy with(Policy policy, Exhausted exhausted) {
  policy.data.exhausted = exhausted;
  return policy;
}

std::string of_sequence(const Policy& policy, std::int64_t length,
                        std::optional<std::int64_t> steps, int epochs) {
  FeedScene scene(policy);
  MarkerSequence data(length, scene.events);
  BatchFeed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

std::string of_stream(const Policy& policy, std::int64_t length, std::optional<std::int64_t> steps,
                      int epochs) {
  FeedScene scene(policy);
  LoopingStream data(length);
  BatchFeed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

std::string of_generator(const Policy& policy, std::int64_t length,
                         std::optional<std::int64_t> steps, int epochs) {
  FeedScene scene(policy);
  MarkerGenerator data(length, scene.events);
  BatchFeed feed(data, {.steps = steps}, scene.session);
  return dealt(feed, epochs);
}

TEST(BatchFeed, WithoutStepsEveryEpochHasAllTheData) {
  for (const Policy& policy : {keras(), hardened()}) {
    EXPECT_EQ(of_sequence(policy, 3, std::nullopt, 2), "[0 1 2][0 1 2]");
  }
  EXPECT_EQ(of_stream(hardened(), 3, std::nullopt, 2), "[0 1 2][0 1 2]");
  // Keras calls the end of every stream of unknown length a shortage.
  EXPECT_EQ(of_stream(keras(), 3, std::nullopt, 2), "[0 1 2!][0 1 2!]");
}

TEST(BatchFeed, FewerStepsThanDataGoOnWhereTheLastEpochStopped) {
  EXPECT_EQ(of_sequence(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
  EXPECT_EQ(of_sequence(keras(), 5, 3, 3), "[0 1 2][3 4!][0 1 2]");
  EXPECT_EQ(of_sequence(keras(), 5, 5, 2), "[0 1 2 3 4][0 1 2 3 4]");
  EXPECT_EQ(of_sequence(keras(), 6, 2, 4), "[0 1][2 3][4 5][0 1]");
  EXPECT_EQ(of_stream(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
}

TEST(BatchFeed, HardenedFillsAnEpochFromTheNextPass) {
  EXPECT_EQ(of_sequence(hardened(), 5, 2, 5), "[0 1][2 3][4 0][1 2][3 4]");
  EXPECT_EQ(of_sequence(hardened(), 5, 3, 3), "[0 1 2][3 4 0][1 2 3]");
  EXPECT_EQ(of_stream(hardened(), 5, 2, 5), "[0 1][2 3][4 0][1 2][3 4]");
}

TEST(BatchFeed, CuttingAndWrappingArePoliciesOfTheirOwn) {
  Policy policy = keras();
  policy.data.pass_end = PassEnd::wraps_into_the_next;
  EXPECT_EQ(of_sequence(policy, 5, 3, 2), "[0 1 2][3 4 0]");
  policy = with(hardened(), Exhausted::ends_epoch);
  policy.data.pass_end = PassEnd::cuts_the_epoch;
  EXPECT_EQ(of_sequence(policy, 5, 3, 3), "[0 1 2][3 4!][0 1 2]");
}

TEST(BatchFeed, MoreStepsThanDataNeverRepeatABatchWithinAnEpoch) {
  EXPECT_EQ(of_sequence(keras(), 5, 7, 2), "[0 1 2 3 4!][0 1 2 3 4!]");
  EXPECT_EQ(of_sequence(with(hardened(), Exhausted::ends_epoch), 5, 7, 2),
            "[0 1 2 3 4!][0 1 2 3 4!]");
  EXPECT_EQ(of_stream(with(hardened(), Exhausted::ends_epoch), 5, 7, 2),
            "[0 1 2 3 4!][0 1 2 3 4!]");
}

TEST(BatchFeed, HardenedRefusesMoreStepsThanASourceSaysItHas) {
  FeedScene scene(hardened());
  MarkerSequence data(5, scene.events);
  try {
    BatchFeed feed(data, {.steps = 7}, scene.session);
    FAIL();
  } catch (const DataExhausted& error) {
    EXPECT_STREQ(error.what(), "ds has 5 batches, fewer than the 7 steps per epoch asked for");
  }
}

TEST(BatchFeed, ZeroAndNegativeStepsMeanAllInKerasAndAreRefusedInHardened) {
  EXPECT_EQ(of_sequence(keras(), 3, 0, 2), "[0 1 2][0 1 2]");
  EXPECT_EQ(of_sequence(keras(), 3, -1, 2), "[0 1 2!][0 1 2!]");
  EXPECT_EQ(of_generator(keras(), 3, -1, 2), "[0 1 2!][0 1!]");
  for (const std::int64_t steps : {0, -1}) {
    FeedScene scene(hardened());
    MarkerSequence data(3, scene.events);
    try {
      BatchFeed feed(data, {.steps = steps}, scene.session);
      FAIL();
    } catch (const ValueError& error) {
      EXPECT_EQ(error.what(), fmt::format("steps per epoch must be at least 1, got {}", steps));
    }
  }
}

TEST(BatchFeed, KerasDealsTheTwoPeekedItemsOfAGeneratorOutAgain) {
  EXPECT_EQ(of_generator(keras(), 5, std::nullopt, 3), "[0 1 2 3 4!][0 1!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 2, std::nullopt, 2), "[0 1!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 1, std::nullopt, 2), "[0!][0!]");
  EXPECT_EQ(of_generator(keras(), 7, 3, 4), "[0 1 2][3 4 5][6!][0 1!]");
  EXPECT_EQ(of_generator(keras(), 5, 2, 4), "[0 1][2 3][4!][0 1]");
  EXPECT_EQ(of_generator(keras(), 5, 3, 3), "[0 1 2][3 4!][0 1!]");
}

TEST(BatchFeed, KerasHasAnEpochOfNothingWhenAGeneratorEndsWithAnEpoch) {
  EXPECT_EQ(of_generator(keras(), 6, 3, 4), "[0 1 2][3 4 5][!][0 1!]");
}

TEST(BatchFeed, KerasDrawsTwoItemsBeforeAnythingElse) {
  FeedScene scene(keras());
  MarkerGenerator data(5, scene.events);
  BatchFeed feed(data, {.steps = 1}, scene.session);
  EXPECT_EQ(scene.events.text(), "gen.yield(0) gen.yield(1)");
  // The second one is lost to whoever uses the generator next.
  EXPECT_EQ(dealt(feed, 1), "[0]");
  BatchFeed next(data, {}, scene.session);
  EXPECT_EQ(dealt(next, 1), "[2 3 4!]");
}

TEST(BatchFeed, HardenedDrawsNothingBeforeItIsAsked) {
  FeedScene scene(hardened());
  MarkerGenerator data(5, scene.events);
  BatchFeed feed(data, {.steps = 1}, scene.session);
  EXPECT_EQ(scene.events.text(), "");
  EXPECT_EQ(dealt(feed, 2), "[0][1]");
  BatchFeed next(data, {}, scene.session);
  EXPECT_EQ(dealt(next, 1), "[2 3 4]");
}

TEST(BatchFeed, KerasRefusesAGeneratorWithoutItems) {
  FeedScene scene(keras());
  MarkerGenerator data(0, scene.events);
  try {
    BatchFeed feed(data, {}, scene.session);
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "gen is empty");
  }
}

TEST(BatchFeed, AGeneratorThatRaisesWhilePeekedAtRaisesAtOnce) {
  FeedScene scene(keras());
  MarkerGenerator data(5, scene.events);
  data.raise_at = 1;
  EXPECT_THROW(BatchFeed(data, {}, scene.session), ValueError);
}

TEST(BatchFeed, HardenedSaysHowFarTheDataReached) {
  FeedScene scene(hardened());
  MarkerGenerator data(4, scene.events);
  BatchFeed feed(data, {.steps = 3}, scene.session);
  EXPECT_EQ(dealt(feed, 2), "[0 1 2][3!]");
  EXPECT_EQ(feed.shortage(), "gen ran out of data: 1 of 3 batches came");
  MarkerGenerator whole(2, scene.events);
  BatchFeed all(whole, {}, scene.session);
  EXPECT_EQ(dealt(all, 2), "[0 1][!]");  // the end of a stream is no shortage, nothing at all is
  EXPECT_EQ(all.shortage(), "gen has not one batch to give");
}

TEST(BatchFeed, AStreamThatGivesLessThanItDeclaredHasRunDry) {
  FeedScene scene(hardened());
  MarkerGenerator data(3, scene.events);
  data.declared = 6;
  BatchFeed feed(data, {}, scene.session);
  EXPECT_EQ(dealt(feed, 1), "[0 1 2!]");
  EXPECT_EQ(feed.shortage(), "gen ran out of data: 3 of 6 batches came");
  // Nor is the gap filled from the next pass.
  LoopingStream looping(3);
  looping.declared = 5;
  BatchFeed counted(looping, {.steps = 2}, scene.session);
  EXPECT_EQ(dealt(counted, 2), "[0 1][2!]");
}

TEST(BatchFeed, WarnsOrTracesTheShortageAsThePolicySays) {
  for (const Exhausted exhausted : {Exhausted::warns_and_goes_on, Exhausted::error,
                                    Exhausted::ends_epoch, Exhausted::ends_run}) {
    FeedScene scene(with(hardened(), exhausted));
    scene.traced = true;
    LoopState state(*scene.model, scene.policy, scene.seams());
    Session& session = state.session;
    MarkerGenerator data(4, scene.events);
    BatchFeed feed(data, {.steps = 3}, session);
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

TEST(BatchFeed, ShrinkingSourceGivesShortEpochsInKeras) {
  FeedScene scene(keras());
  MarkerSequence data(4, scene.events);
  BatchFeed feed(data, {}, scene.session);
  EXPECT_EQ(dealt(feed, 1), "[0 1 2 3]");
  data.set_batches(2);
  EXPECT_EQ(dealt(feed, 2), "[0 1!][0 1!]");
}

TEST(BatchFeed, GrowthOfASourceIsNotSeenBeforeTheNextFeed) {
  for (const Policy& policy : {keras(), hardened()}) {
    FeedScene scene(policy);
    MarkerSequence data(2, scene.events);
    BatchFeed feed(data, {}, scene.session);
    data.set_batches(4);
    EXPECT_EQ(dealt(feed, 2), "[0 1][0 1]");
    feed.reset();
    EXPECT_EQ(dealt(feed, 1), "[0 1 2 3]");
  }
}

TEST(BatchFeed, ShrinkingWhileShuffledNeverAsksBeyondTheEnd) {
  FeedScene scene(keras());
  MarkerSequence data(8, scene.events);
  BatchFeed feed(data, {.shuffle = true, .seed = 3}, scene.session);
  dealt(feed, 1);
  data.set_batches(3);
  feed.begin_epoch();
  std::set<float> seen;
  while (const Batch* batch = feed.next()) seen.insert(batch->x[0]);
  EXPECT_EQ(seen, (std::set<float>{0.0F, 1.0F, 2.0F}));
  EXPECT_EQ(feed.supply(), Supply::dry);
}

TEST(BatchFeed, EmptySourceGivesAnEpochOfNothing) {
  EXPECT_EQ(of_sequence(keras(), 0, std::nullopt, 2), "[!][!]");
  EXPECT_EQ(of_sequence(keras(), 0, 2, 2), "[!][!]");
  EXPECT_EQ(of_sequence(hardened(), 0, std::nullopt, 1), "[!]");
  FeedScene scene(keras());
  MarkerSequence data(0, scene.events);
  BatchFeed feed(data, {}, scene.session);
  dealt(feed, 2);
  EXPECT_EQ(scene.session.warnings().size(), 2U);
}

}  // namespace
}  // namespace trainwreck::testing
