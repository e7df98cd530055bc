#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "engine/seams/clock.h"
#include "tests/support/feed_scene.h"

namespace trainwreck::testing {
namespace {

TEST(BatchFeed, ShuffledOrderDependsOnSeedAndPassAlone) {
  const auto order = [](std::uint64_t seed, std::int64_t first_pass, int epochs) {
    FeedScene scene(hardened());
    MarkerSequence data(6, scene.events);
    BatchFeed feed(data, {.shuffle = true, .seed = seed, .first_pass = first_pass}, scene.session);
    return dealt(feed, epochs);
  };
  const std::string two = order(1, 0, 2);
  EXPECT_EQ(two, order(1, 0, 2));
  EXPECT_EQ(two.substr(two.find("][") + 1), order(1, 1, 1));
  EXPECT_NE(order(1, 0, 1), order(2, 0, 1));
  EXPECT_NE(order(1, 0, 1), order(1, 1, 1));
  EXPECT_NE(order(1, 0, 1), "[0 1 2 3 4 5]");
}

TEST(BatchFeed, TellsASourceThatShufflesItsRowsSoAndKeepsItsBatchesInOrder) {
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
  BatchFeed feed(data, {.shuffle = true, .seed = 9, .first_pass = 3}, scene.session);
  EXPECT_EQ(dealt(feed, 2), "[0 1 2 3][0 1 2 3]");
  ASSERT_EQ(data.passes.size(), 2U);
  EXPECT_TRUE(data.passes[0].shuffle);
  EXPECT_EQ(data.passes[0].seed, 9U);
  EXPECT_EQ(data.passes[0].number, 3);
  EXPECT_EQ(data.passes[1].number, 4);
}

TEST(BatchFeed, GoingToAPositionEqualsWalkingThere) {
  const auto marks = [](std::int64_t length, std::optional<std::int64_t> steps, bool stream,
                        std::int64_t epochs, std::int64_t batches, bool walk) {
    FeedScene scene(hardened());
    MarkerSequence sequence(length, scene.events);
    LoopingStream looping(length);
    DataSource& data = stream ? static_cast<DataSource&>(looping) : sequence;
    BatchFeed feed(data, {.steps = steps, .shuffle = true, .seed = 5}, scene.session);
    if (walk) {
      const std::string all = dealt(feed, static_cast<int>(epochs) + 2);
      std::size_t at = 0;
      for (std::int64_t i = 0; i < epochs; ++i) at = all.find(']', at) + 1;
      std::string rest = all.substr(at);
      for (std::int64_t i = 0; i < batches; ++i) rest.erase(1, rest.find_first_of(" ]", 1));
      return rest;
    }
    feed.seek(epochs, batches);
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

TEST(BatchFeed, GoingToAPositionFetchesNothingFromARandomSource) {
  FeedScene scene(hardened());
  MarkerSequence data(3, scene.events);
  BatchFeed feed(data, {}, scene.session);
  feed.seek(2, 1);
  EXPECT_EQ(scene.events.text(),
            "ds.on_epoch_begin ds.on_epoch_end ds.on_epoch_begin ds.on_epoch_end");
  scene.events.clear();
  EXPECT_EQ(dealt(feed, 1), "[1 2]");
  EXPECT_EQ(feed.steps_taken(), 3);
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[1] ds[2] ds.on_epoch_end");
}

TEST(BatchFeed, GoingBeyondTheEndOfAStreamIsAnError) {
  FeedScene scene(hardened());
  MarkerGenerator data(4, scene.events);
  BatchFeed feed(data, {.steps = 3}, scene.session);
  EXPECT_THROW(feed.seek(2, 0), DataExhausted);
}

TEST(BatchFeed, HardenedTellsTheSourceOfEveryEpochsEndOnce) {
  FeedScene scene(hardened());
  MarkerSequence data(3, scene.events);
  BatchFeed feed(data, {}, scene.session);
  feed.reset();
  feed.begin_epoch();
  feed.next();
  feed.end_epoch();  // cut short
  feed.end_epoch();
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds.on_epoch_end");
}

TEST(BatchFeed, KerasTellsTheSourceAtResetAndAfterFullEpochsAlone) {
  FeedScene scene(keras());
  MarkerSequence data(2, scene.events);
  BatchFeed feed(data, {}, scene.session);
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

TEST(BatchFeed, ABatchThatCameTooLateIsATimeout) {
  FeedScene scene(hardened());
  SlowClock clock;
  const Seams world = scene.seams();
  LoopState state(*scene.model, scene.policy,
                  {world.files, clock, world.memory, world.executor, world.signals});
  Session& session = state.session;
  MarkerSequence data(2, scene.events);
  BatchFeed feed(data, {}, session);
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

TEST(BatchFeed, TracesWhatItFetched) {
  FeedScene scene(hardened());
  scene.traced = true;
  LoopState state(*scene.model, scene.policy, scene.seams());
  Session& session = state.session;
  MarkerSequence data(3, scene.events);
  data.bend = [](std::int64_t index, Batch&) {
    if (index == 1) throw ValueError("corrupt");
  };
  BatchFeed feed(data, {}, session);
  feed.begin_epoch();
  feed.next();
  EXPECT_THROW(feed.next(), ValueError);
  EXPECT_EQ(scene.trace.of(TraceKind::fetch_end), "/ds/ok 0.0 | /ds/raised.1");
}

}  // namespace
}  // namespace trainwreck::testing
