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

TEST(KerasData, LengthThatIsTooBigIsAnIndexErrorInTheMiddleOfTheEpoch) {
  Scene scene(keras());
  MarkerSequence data(5, scene.events);
  data.bend = [](std::int64_t index, Batch&) {
    if (index >= 3) throw IndexError("index " + std::to_string(index) + " out of range");
  };
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(error_text(result), "IndexError in fetch at epoch 0, data ds: index 3 out of range");
  EXPECT_EQ(scene.events.words().back(), "ds[3]");
  EXPECT_EQ(result.steps, 3);
}

TEST(KerasData, SourceThatShrinksGivesShortEpochsInKerasAndAnErrorInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    MarkerSequence data(4, scene.events);
    scene.recorder("A").on(Hook::epoch_end, 0, [&](Event&) { data.set_batches(2); });
    const FitResult result = scene.fit(data, {"A"}, {.epochs = 3});
    EXPECT_EQ(warning_ids(result), hard ? "" : "data.ran_out x2");
    EXPECT_EQ(result.steps, hard ? 6 : 8);
    EXPECT_EQ(error_text(result), hard ? "DataExhausted in fetch at epoch 1, data ds: "
                                         "ds ran out of data: 2 of 4 batches came"
                                       : "none");
  }
}

TEST(KerasData, EmptySourceOnAColdModelFailsBeforeTraining) {
  Scene scene(keras());
  MarkerSequence data(0, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(error_text(result),
            "ValueError in fetch, data ds: ds gave no batch to build the model from");
  EXPECT_EQ(warning_ids(result), "data.ran_out x1");
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds.on_epoch_end");
}

TEST(KerasData, EmptySourceOnAWarmModelGivesEpochsOfNothing) {
  Scene scene(keras());
  scene.trainer().train_on_batch(marker_batch(0));
  scene.recorder("A").show_only(kTrainAndEpoch);
  MarkerSequence data(0, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(scene.events.text(),
            "ds.on_epoch_end A.on_train_begin() A.on_epoch_begin(0) ds.on_epoch_begin "
            "ds.on_epoch_end A.on_epoch_end(0) A.on_epoch_begin(1) ds.on_epoch_begin "
            "ds.on_epoch_end A.on_epoch_end(1) A.on_train_end()");
  EXPECT_EQ(warning_ids(result), "data.ran_out x2");
  EXPECT_THAT(result.history.epochs(), ElementsAre(0, 1));
}

TEST(KerasData, EmptySourceIsAnErrorInHardened) {
  Scene scene;
  MarkerSequence data(0, scene.events);
  EXPECT_EQ(error_text(scene.run(data)),
            "DataExhausted in fetch at epoch 0, data ds: ds has not one batch to give");
}

TEST(KerasData, ArraysInBatchesOfNothingComeInBatchesOf32OrAreRefused) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    ArraySource data({Tensor({40, 1}), Tensor({40, 1}), {}}, {.batch_size = 0});
    const FitResult result = scene.run(data);
    EXPECT_EQ(result.steps, hard ? 0 : 2);
    EXPECT_EQ(error_text(result), hard ? "ValueError in prepare, data arrays: arrays: batch_size "
                                         "must be at least 1, got 0"
                                       : "none");
  }
}

TEST(KerasData, ArraysOfNoBatchSizeAreDividedByTheSteps) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    ArraySource data({Tensor({20, 1}), Tensor({20, 1}), {}}, {.told = false});
    EXPECT_EQ(scene.run(data, {.steps_per_epoch = 4}).steps, 4);
    EXPECT_EQ(scene.run(data).steps, 1);
  }
}

TEST(KerasData, EpochsOfZeroOrLess) {
  for (const std::int64_t epochs : {0, -3}) {
    Scene scene(keras());
    const FitResult result = scene.fit(*marker_arrays(1), {"A"}, {.epochs = epochs});
    EXPECT_EQ(scene.events.text(), "A.on_train_begin() A.on_train_end()");
    EXPECT_TRUE(result.ok());
  }
  Scene scene;
  EXPECT_TRUE(scene.run(*marker_arrays(1), {.epochs = 0}).ok());
  EXPECT_EQ(error_text(scene.run(*marker_arrays(1), {.epochs = -3})),
            "ValueError in prepare, data arrays: epochs must be at least 0, got -3");
}

TEST(KerasData, InitialEpochCountsAbsolutely) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    scene.recorder("A").show_only(kTrainAndEpoch);
    const FitResult result = scene.fit(*marker_arrays(1), {"A"}, {.epochs = 4, .initial_epoch = 2});
    EXPECT_EQ(scene.events.text(),
              "A.on_train_begin() A.on_epoch_begin(2) A.on_epoch_end(2) A.on_epoch_begin(3) "
              "A.on_epoch_end(3) A.on_train_end()");
    EXPECT_THAT(result.history.epochs(), ElementsAre(2, 3));
    scene.events.clear();
    scene.fit(*marker_arrays(1), {"A"}, {.epochs = 4, .initial_epoch = 4});
    EXPECT_EQ(scene.events.text(), "A.on_train_begin() A.on_train_end()");
  }
  Scene scene(keras());
  EXPECT_THAT(scene.run(*marker_arrays(1), {.epochs = 1, .initial_epoch = -2}).history.epochs(),
              ElementsAre(-2, -1, 0));
}

TEST(KerasData, RowsNotBatchesWeighTheEpochsLoss) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy, 0.0F);
    MarkerSequence data(3, scene.events);
    data.bend = [](std::int64_t index, Batch& batch) {
      const std::int64_t rows[] = {4, 2, 1};
      const float markers[] = {1.0F, 2.0F, 5.0F};
      batch = marker_batch(0, rows[index]);
      batch.x.fill(markers[index]);
    };
    // (4 * 0 + 2 * 1 + 1 * 16) / 7
    EXPECT_NEAR(scene.run(data).history.values("loss")[0], 18.0 / 7.0, 1e-6);
  }
}

TEST(KerasData, HardenedFinishesWhatAGeneratorHasWhereThePolicySaysSo) {
  for (const Exhausted choice : {Exhausted::ends_epoch, Exhausted::ends_run}) {
    Policy policy;
    policy.data.exhausted = choice;
    Scene scene(policy);
    scene.probe->shown = true;
    scene.recorder("A").show_only(kTrainAndEpoch);
    MarkerGenerator data(5, scene.events);
    const FitResult result = scene.fit(data, {"A"}, {.epochs = 4, .steps_per_epoch = 3});
    const std::string two =
        "A.on_epoch_begin(1) gen.yield(3) step[3] gen.yield(4) step[4] gen.exhausted "
        "A.on_epoch_end(1):exhausted";
    EXPECT_NE(scene.events.text().find(two), std::string::npos) << scene.events.text();
    if (choice == Exhausted::ends_run) {
      EXPECT_EQ(result.status, Status::exhausted);
      EXPECT_EQ(scene.events.words().back(), "A.on_train_end():exhausted");
      EXPECT_THAT(result.history.epochs(), ElementsAre(0, 1));
    } else {  // the next epoch has nothing at all, which is an error of its own
      EXPECT_EQ(error_text(result),
                "DataExhausted in fetch at epoch 2, data gen: gen gave no batch at all");
    }
  }
}

TEST(KerasData, RunThatEndsWithItsDataNeedNotEndWithinAnEpoch) {
  Policy policy;
  policy.data.exhausted = Exhausted::ends_run;
  Scene scene(policy);
  MarkerGenerator data(4, scene.events);
  const FitResult result = scene.run(data, {.epochs = 5, .steps_per_epoch = 2});
  EXPECT_EQ(result.status, Status::exhausted);
  EXPECT_EQ(result.steps, 4);
  MarkerGenerator nothing(0, scene.events);
  EXPECT_EQ(scene.run(nothing).status, Status::failed);
}

TEST(KerasData, EpochsOfNothingAreAllowedWhereThePolicySaysSo) {
  Policy policy;
  policy.data.exhausted = Exhausted::ends_epoch;
  policy.loop.empty_epoch = EmptyEpoch::accepted;
  Scene scene(policy);
  MarkerGenerator data(2, scene.events);
  const FitResult result = scene.run(data, {.epochs = 3, .steps_per_epoch = 2});
  EXPECT_EQ(result.status, Status::exhausted);
  EXPECT_EQ(result.steps, 2);
}

}  // namespace
}  // namespace trainwreck::testing
