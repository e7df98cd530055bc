#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "engine/base/errors.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;

void resume_at(Scene& scene, const std::string& name, Position position) {
  scene.recorder(name).on(Hook::train_begin, RecordingCallback::kAny,
                          [position](Event& event) { event.session.resume_from(position); });
}

struct Kept {
  std::vector<float> weights;
  std::int64_t iterations = 0;
  Position position;
};

// Method: keep weights and position after every batch and at every epoch's end of a whole run. A
// fresh model that gets them back and goes on from there must end like the whole run.
TEST(Resume, FromAnywhereEndsLikeTheRunThatWasNeverBrokenOff) {
  for (const std::optional<std::int64_t> steps :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(2)}) {
    const FitOptions options{.epochs = 3, .steps_per_epoch = steps, .shuffle = true};
    std::vector<Kept> kept;
    Scene whole;
    const auto keep = [&](Event& event) {
      const auto values = whole.model->parameters().values();
      kept.push_back({{values.begin(), values.end()},
                      whole.model->optimizer().iterations(),
                      event.session.capture()});
    };
    whole.recorder("K").on(Hook::train_batch_end, RecordingCallback::kAny, keep);
    whole.recorder("K").on(Hook::epoch_end, RecordingCallback::kAny, keep);
    FitOptions with_keeper = options;
    with_keeper.callbacks = whole.handles({"K"});
    const FitResult expected = whole.trainer().fit(*marker_arrays(5), with_keeper);
    ASSERT_TRUE(expected.ok());
    for (const Kept& from : kept) {
      Scene rest;
      rest.model->build({1});
      std::copy(from.weights.begin(), from.weights.end(),
                rest.model->parameters().values().begin());
      rest.model->optimizer().set_iterations(from.iterations);
      resume_at(rest, "R", from.position);
      FitOptions going_on = options;
      going_on.callbacks = rest.handles({"R"});
      const FitResult result = rest.trainer().fit(*marker_arrays(5), going_on);
      ASSERT_TRUE(result.ok());
      const std::string where =
          std::to_string(from.position.epoch) + "." + std::to_string(from.position.batch);
      EXPECT_EQ(rest.state(), whole.state()) << where;
      EXPECT_EQ(result.steps + from.position.step, expected.steps) << where;
      if (result.history.epochs().empty()) continue;
      EXPECT_EQ(result.history.values("loss").back(), expected.history.values("loss").back())
          << where;
    }
  }
}

TEST(Resume, PositionCountsWhatIsDone) {
  Scene scene;
  std::vector<std::string> positions;
  const auto note = [&](Event& event) {
    const Position& at = event.session.position();
    positions.push_back(std::to_string(at.epoch) + "." + std::to_string(at.batch) + "/" +
                        std::to_string(at.step));
  };
  RecordingCallback& a = scene.recorder("A");
  a.on(Hook::epoch_begin, RecordingCallback::kAny, note);
  a.on(Hook::train_batch_end, RecordingCallback::kAny, note);
  a.on(Hook::epoch_end, RecordingCallback::kAny, note);
  scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2});
  EXPECT_THAT(positions,
              ElementsAre("0.0/0", "0.1/1", "0.2/2", "1.0/2", "1.0/2", "1.1/3", "1.2/4", "2.0/4"));
}

TEST(Resume, AnEpochThatWasCutIsNotDone) {
  const auto position_at_the_end = [](std::int64_t stop_after) {
    Scene scene;
    Position end;
    RecordingCallback& a = scene.recorder("A");
    a.on(Hook::train_batch_end, stop_after,
         [](Event& event) { event.session.request_stop("enough"); });
    a.on(Hook::epoch_end, 0, [&](Event& event) { end = event.session.position(); });
    scene.fit(*marker_arrays(3), {"A"}, {.epochs = 2});
    return std::to_string(end.epoch) + "." + std::to_string(end.batch);
  };
  EXPECT_EQ(position_at_the_end(0), "0.1");
  EXPECT_EQ(position_at_the_end(1), "0.2");
  EXPECT_EQ(position_at_the_end(2), "1.0");  // nothing of it was left
}

TEST(Resume, OfAFinishedRunDoesNothing) {
  Scene scene;
  resume_at(scene, "A", {.epoch = 3});
  const FitResult result = scene.fit(*marker_arrays(2), {"A"}, {.epochs = 3});
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_EQ(result.steps, 0);
  EXPECT_EQ(scene.events.text(), "A.on_train_begin() A.on_train_end()");
}

TEST(Resume, LastsForOneFitInHardenedAndSticksInKeras) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    resume_at(scene, "A", {.epoch = 2});
    EXPECT_THAT(scene.fit(*marker_arrays(1), {"A"}, {.epochs = 4}).history.epochs(),
                ElementsAre(2, 3));
    const FitResult plain = scene.fit(*marker_arrays(1), {"B"}, {.epochs = 4});
    EXPECT_EQ(plain.history.epochs().size(), hard ? 4U : 2U);
    const FitResult later = scene.fit(*marker_arrays(1), {"B"}, {.epochs = 5, .initial_epoch = 4});
    EXPECT_EQ(later.history.epochs().front(), hard ? 4 : 2);
  }
}

TEST(Resume, AtEpochZeroGivesWayToInitialEpochInKeras) {
  Scene scene(keras());
  resume_at(scene, "A", {.epoch = 0});
  EXPECT_THAT(
      scene.fit(*marker_arrays(1), {"A"}, {.epochs = 3, .initial_epoch = 2}).history.epochs(),
      ElementsAre(2));
}

TEST(Resume, StartsTheDataOverInKerasAndTakesItUpInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.probe->shown = true;
    scene.trainer().train_on_batch(marker_batch(7));
    scene.events.clear();
    scene.recorder("A").show_only(0);
    resume_at(scene, "A", {.epoch = 1, .batch = 1});
    MarkerGenerator data(6, scene.events);
    scene.fit(data, {"A"}, {.epochs = 2, .steps_per_epoch = 3});
    EXPECT_EQ(scene.events.text_of("step"), hard ? "step[4] step[5]" : "step[0] step[1] step[2]");
  }
}

TEST(Resume, TellsTheSourceOfTheEpochsThatAreSkippedInHardenedAlone) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.trainer().train_on_batch(marker_batch(7));
    scene.recorder("A").show_only(0);
    resume_at(scene, "A", {.epoch = 2});
    MarkerSequence data(1, scene.events);
    scene.fit(data, {"A"}, {.epochs = 3});
    EXPECT_EQ(scene.events.count("ds.on_epoch_begin"), hard ? 3 : 1);
    EXPECT_EQ(scene.events.count("ds[0]"), 1);
  }
}

TEST(Resume, BeyondTheDataFailsTheRun) {
  Scene scene;
  resume_at(scene, "A", {.epoch = 3});
  MarkerGenerator data(4, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 4, .steps_per_epoch = 2});
  EXPECT_EQ(error_text(result),
            "DataExhausted in source, data gen: gen ran out of data: 0 of 2 batches came");
  EXPECT_EQ(scene.events.count("A.on_train_end():failed"), 1);
}

}  // namespace
}  // namespace trainwreck::testing
