#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "tests/support/marker_scene.h"

// Method: each test is one or a few cases of Keras's own recordings of data, epochs and steps, with
// their events and numbers (keras profile), and beside it what hardened does instead.
namespace trainwreck::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

void show_steps_and_epochs(Scene& scene) {
  scene.probe->shown = true;
  scene.recorder("A").show_only(kTrainAndEpoch);
}

TEST(KerasData, GeneratorWithoutStepsReplaysItsFirstTwoItems) {
  Scene scene(keras());
  show_steps_and_epochs(scene);
  MarkerGenerator data(5, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 3});
  EXPECT_EQ(scene.events.text(),
            "gen.yield(0) gen.yield(1) A.on_train_begin() A.on_epoch_begin(0) step[0] step[1] "
            "gen.yield(2) step[2] gen.yield(3) step[3] gen.yield(4) step[4] gen.exhausted "
            "A.on_epoch_end(0) A.on_epoch_begin(1) step[0] step[1] A.on_epoch_end(1) "
            "A.on_epoch_begin(2) step[0] step[1] A.on_epoch_end(2) A.on_train_end()");
  EXPECT_EQ(warning_ids(result), "data.ran_out x3");
  EXPECT_THAT(result.history.values("loss"),
              ElementsAre(DoubleNear(2.910817, 1e-5), DoubleNear(0.511012, 1e-6),
                          DoubleNear(0.5087777, 1e-6)));
}

TEST(KerasData, GeneratorShortOfStepsGoesOnWithTheRemainingEpochs) {
  Scene scene(keras());
  show_steps_and_epochs(scene);
  MarkerGenerator data(7, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 4, .steps_per_epoch = 3});
  EXPECT_EQ(scene.events.text(),
            "gen.yield(0) gen.yield(1) A.on_train_begin() A.on_epoch_begin(0) step[0] step[1] "
            "gen.yield(2) step[2] A.on_epoch_end(0) A.on_epoch_begin(1) gen.yield(3) step[3] "
            "gen.yield(4) step[4] gen.yield(5) step[5] A.on_epoch_end(1) A.on_epoch_begin(2) "
            "gen.yield(6) step[6] gen.exhausted A.on_epoch_end(2) A.on_epoch_begin(3) step[0] "
            "step[1] A.on_epoch_end(3) A.on_train_end()");
  EXPECT_EQ(warning_ids(result), "data.ran_out x2");
  EXPECT_THAT(result.history.values("loss"),
              ElementsAre(DoubleNear(0.6679947, 1e-6), DoubleNear(8.979396, 1e-5),
                          DoubleNear(20.41765, 1e-4), DoubleNear(0.5389857, 1e-6)));
  EXPECT_EQ(result.status, Status::completed);
}

TEST(KerasData, EpochOfZeroBatchesHasEmptyLogsAndNoValuesInTheHistory) {
  Scene scene(keras());
  MarkerGenerator data(6, scene.events);
  std::vector<std::size_t> sizes;
  scene.recorder("A").on(Hook::epoch_end, RecordingCallback::kAny,
                         [&](Event& event) { sizes.push_back(event.logs.items().size()); });
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 3, .steps_per_epoch = 3});
  EXPECT_THAT(sizes, ElementsAre(2, 2, 0));
  EXPECT_THAT(result.history.epochs(), ElementsAre(0, 1, 2));
  EXPECT_EQ(result.history.values("loss").size(), 2U);
  EXPECT_EQ(result.status, Status::completed);
}

TEST(KerasData, SameGeneratorInASecondFit) {
  Scene scene(keras());
  scene.probe->shown = true;
  MarkerGenerator data(4, scene.events);
  EXPECT_TRUE(scene.run(data, {.steps_per_epoch = 1}).ok());
  scene.events.clear();
  EXPECT_TRUE(scene.run(data).ok());  // what was peeked at is lost
  EXPECT_EQ(scene.events.text(), "gen.yield(2) gen.yield(3) step[2] step[3] gen.exhausted");
  const FitResult third = scene.fit(data, {"A"});
  EXPECT_EQ(error_text(third), "ValueError in prepare, data gen: gen is empty");
  EXPECT_EQ(scene.events.count("A.on_train_begin()"), 0);
}

TEST(KerasData, ItemsBeforeAFailingStepAreLostToTheNextFit) {
  Scene scene(keras());
  scene.probe->shown = true;
  MarkerGenerator data(6, scene.events);
  int steps = 0;
  scene.probe->before_training = [&] {
    if (++steps == 2) throw std::runtime_error("boom");
  };
  EXPECT_FALSE(scene.run(data).ok());
  scene.events.clear();
  EXPECT_TRUE(scene.run(data).ok());
  EXPECT_EQ(scene.events.text_of("step"), "step[2] step[3] step[4] step[5]");
}

TEST(KerasData, GeneratorThatRaisesInItsSecondEpoch) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    show_steps_and_epochs(scene);
    MarkerGenerator data(6, scene.events);
    data.raise_at = 3;
    const FitResult result = scene.fit(data, {"A"}, {.epochs = 3, .steps_per_epoch = 2});
    EXPECT_EQ(error_text(result), "ValueError in fetch at epoch 1, data gen: corrupt record");
    EXPECT_THAT(result.history.epochs(), ElementsAre(0));
    EXPECT_THAT(result.history.values("loss"), ElementsAre(DoubleNear(0.500002, 1e-6)));
    EXPECT_EQ(scene.events.text_of("A.on_epoch_end(1)"), hard ? "A.on_epoch_end(1):failed" : "");
  }
}

TEST(KerasData, StreamsAreNotShuffledWhichIsAWarningInKeras) {
  for (const bool hard : {false, true}) {
    for (const bool shuffle : {false, true}) {
      Scene scene(hard ? hardened() : keras());
      MarkerGenerator data(4, scene.events);
      const FitResult result =
          scene.trainer().fit(data, {.steps_per_epoch = 4, .shuffle = shuffle});
      EXPECT_EQ(warning_ids(result), shuffle && !hard ? "data.shuffle_ignored x1" : "");
      EXPECT_TRUE(result.ok());
    }
  }
}

TEST(KerasData, AnEmptyStreamIsWarnedOfShufflingBeforeItRaises) {
  Scene scene(keras());
  MarkerGenerator data(0, scene.events);
  const FitResult result = scene.trainer().fit(data, {.shuffle = true});
  EXPECT_EQ(error_text(result), "ValueError in prepare, data gen: gen is empty");
  EXPECT_EQ(warning_ids(result), "data.shuffle_ignored x1");
}

TEST(KerasData, FirstFitDrawsABatchOfASequenceBeforeTraining) {
  Scene scene(keras());
  scene.recorder("A").show_only(kTrainAndEpoch);
  MarkerSequence data(2, scene.events);
  scene.fit(data, {"A"}, {.epochs = 2});
  const std::string training =
      "ds.on_epoch_end A.on_train_begin() "
      "A.on_epoch_begin(0) ds.on_epoch_begin ds[0] ds[1] ds.on_epoch_end A.on_epoch_end(0) "
      "A.on_epoch_begin(1) ds.on_epoch_begin ds[0] ds[1] ds.on_epoch_end A.on_epoch_end(1) "
      "A.on_train_end()";
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] " + training);
  scene.events.clear();
  scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(scene.events.text(), training);
}

TEST(KerasData, HardenedDrawsNothingBeforeTraining) {
  Scene scene;
  scene.recorder("A").show_only(kTrainAndEpoch);
  MarkerSequence data(2, scene.events);
  scene.fit(data, {"A"});
  EXPECT_EQ(scene.events.text(),
            "A.on_train_begin() A.on_epoch_begin(0) ds.on_epoch_begin ds[0] ds[1] "
            "ds.on_epoch_end A.on_epoch_end(0) A.on_train_end()");
}

TEST(KerasData, SetSessionComesAfterTheDataWasLookedAt) {
  Scene scene(keras());
  scene.recorder("A").show_only(kTrainAndEpoch);
  scene.recorder("A").on_set_session([&](Session&) { scene.events.add("A.set_session"); });
  MarkerSequence data(1, scene.events);
  scene.fit(data, {"A"}, {.epochs = 0});
  EXPECT_EQ(scene.events.text(),
            "ds.on_epoch_begin ds[0] ds.on_epoch_end A.set_session A.on_train_begin() "
            "A.on_train_end()");
}

TEST(KerasData, WhateverWarmedTheModelUpSparesFitItsFirstBatch) {
  const auto first_words = [](const std::function<void(Scene&)>& warm) {
    Scene scene(keras());
    warm(scene);
    scene.events.clear();
    MarkerSequence data(1, scene.events);
    scene.run(data, {.epochs = 0});
    return scene.events.text();
  };
  const std::string cold = "ds.on_epoch_begin ds[0] ds.on_epoch_end";
  EXPECT_EQ(first_words([](Scene&) {}), cold);
  EXPECT_EQ(first_words([](Scene& s) { s.trainer().train_on_batch(marker_batch(1)); }),
            "ds.on_epoch_end");
  EXPECT_EQ(first_words([](Scene& s) { s.trainer().test_on_batch(marker_batch(1)); }),
            "ds.on_epoch_end");
  EXPECT_EQ(first_words([](Scene& s) { s.trainer().evaluate(*marker_arrays(1)); }),
            "ds.on_epoch_end");
  // To predict, nobody needs the loss.
  EXPECT_EQ(first_words([](Scene& s) { s.trainer().predict(*marker_arrays(1)); }), cold);
}

TEST(KerasData, StoppedEpochIsNotTheSourcesEpochEvenOnTheLastBatch) {
  for (const std::int64_t batch : {1, 2}) {
    for (const bool hard : {false, true}) {
      Scene scene(hard ? hardened() : keras());
      MarkerSequence data(3, scene.events);
      scene.trainer().train_on_batch(marker_batch(0));
      scene.recorder("A").show_only(kTrainAndEpoch);
      scene.recorder("A").on(Hook::train_batch_end, batch,
                             [](Event& event) { event.session.request_stop("enough"); });
      scene.fit(data, {"A"}, {.epochs = 3});
      EXPECT_EQ(scene.events.count("ds.on_epoch_end"), 1);
      // In Keras it is the one before training.
      EXPECT_EQ(scene.events.words().front(), hard ? "A.on_train_begin()" : "ds.on_epoch_end");
    }
  }
}

TEST(KerasData, FailedEpochEndsForTheSourceInHardenedUnlessItIsToBlame) {
  for (const bool source_fails : {false, true}) {
    for (const bool hard : {false, true}) {
      Scene scene(hard ? hardened() : keras());
      MarkerSequence data(3, scene.events);
      scene.trainer().train_on_batch(marker_batch(0));
      if (source_fails) {
        data.bend = [](std::int64_t index, Batch&) {
          if (index == 1) throw ValueError("boom");
        };
      } else {
        scene.recorder("A").raise_in(Hook::train_batch_end, 1);
      }
      scene.recorder("A").show_only(0);
      scene.fit(data, {"A"});
      EXPECT_EQ(scene.events.text(), (hard ? "" : "ds.on_epoch_end ") +
                                         std::string("ds.on_epoch_begin ds[0] ds[1]") +
                                         (hard && !source_fails ? " ds.on_epoch_end" : ""));
    }
  }
}

TEST(KerasData, SourceThatAdvancesInItsEpochEndNeverTrainsOnItsFirstState) {
  Scene scene(keras(), 0.0F);
  MarkerSequence data(1, scene.events);
  float state = 0.0F;
  data.bend = [&](std::int64_t, Batch& batch) { batch.x.fill(state); };
  data.at_epoch_end = [&] { state += 100.0F; };
  const FitResult result = scene.run(data, {.epochs = 3});
  EXPECT_THAT(result.history.values("loss"), ElementsAre(9801.0, 39601.0, 89401.0));
}

TEST(KerasData, EpochEndOfTheSourceThatRaises) {
  for (const int when : {0, 1}) {
    Scene scene(keras());
    scene.recorder("A").show_only(kTrainAndEpoch);
    MarkerSequence data(1, scene.events);
    int calls = 0;
    data.at_epoch_end = [&] {
      if (calls++ == when) throw ValueError("cannot shuffle");
    };
    const FitResult result = scene.fit(data, {"A"}, {.epochs = 2});
    EXPECT_EQ(error_text(result), when == 0
                                      ? "ValueError in source, data ds: cannot shuffle"
                                      : "ValueError in source at epoch 0, data ds: cannot shuffle");
    EXPECT_EQ(scene.events.text_of("A."),
              when == 0 ? "" : "A.on_train_begin() A.on_epoch_begin(0)");
  }
}

TEST(KerasData, EpochEndOfTheSourceThatRaisesFailsTheRunInHardened) {
  Scene scene;
  scene.recorder("A").show_only(kTrainAndEpoch);
  MarkerSequence data(1, scene.events);
  data.at_epoch_end = [] { throw ValueError("cannot shuffle"); };
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(error_text(result), "ValueError in source at epoch 0, data ds: cannot shuffle");
  EXPECT_EQ(scene.events.count("ds.on_epoch_end"), 1);
  EXPECT_EQ(scene.events.text_of("failed"), "A.on_epoch_end(0):failed A.on_train_end():failed");
}

}  // namespace
}  // namespace trainwreck::testing
