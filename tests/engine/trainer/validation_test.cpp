#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

TEST(ValidationInFit, KerasRecordedTheseHooksAndNumbers) {
  Scene scene(keras());
  scene.recorder("A").show_only(mask_of(Hook::test_begin) | mask_of(Hook::test_end) |
                                mask_of(Hook::test_batch_begin) | mask_of(Hook::test_batch_end) |
                                mask_of(Hook::epoch_begin) | mask_of(Hook::epoch_end));
  const FitResult result =
      scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2, .validation = marker_arrays(2, 100)});
  EXPECT_EQ(scene.events.text(),
            "A.on_epoch_begin(0) A.on_test_begin() A.on_test_batch_begin(0) "
            "A.on_test_batch_end(0) A.on_test_batch_begin(1) A.on_test_batch_end(1) "
            "A.on_test_end() A.on_epoch_end(0) A.on_epoch_begin(1) A.on_test_begin() "
            "A.on_test_batch_begin(0) A.on_test_batch_end(0) A.on_test_batch_begin(1) "
            "A.on_test_batch_end(1) A.on_test_end() A.on_epoch_end(1)");
  EXPECT_THAT(result.history.values("loss"),
              ElementsAre(DoubleNear(0.500002, 1e-6), DoubleNear(0.498014, 1e-6)));
  EXPECT_THAT(result.history.values("val_loss"),
              ElementsAre(DoubleNear(9900.818, 1e-3), DoubleNear(9901.053, 1e-3)));
  EXPECT_THAT(result.history.values("val_mae"),
              ElementsAre(DoubleNear(99.5016, 1e-4), DoubleNear(99.50278, 1e-4)));
}

TEST(ValidationInFit, KeysOfTheEpochAreSortedByName) {
  Scene scene;
  std::vector<std::string> keys;
  scene.recorder("A").on(Hook::epoch_end, 0, [&](Event& event) {
    for (const Logs::Item& item : event.logs.items()) keys.push_back(item.key.name());
  });
  scene.fit(*marker_arrays(1), {"A"}, {.validation = marker_arrays(1)});
  EXPECT_THAT(keys, ElementsAre("loss", "mae", "val_loss", "val_mae"));
}

std::vector<std::int64_t> validated(const Policy& policy, ValidationFrequency frequency) {
  Scene scene(policy);
  const FitResult result =
      scene.run(*marker_arrays(1),
                {.epochs = 5, .validation = marker_arrays(1), .validation_freq = frequency});
  if (!result.ok()) return {-1};
  std::vector<std::int64_t> epochs;
  for (const History::Series& series : result.history.series()) {
    if (series.name == "val_loss") epochs = series.epochs;
  }
  return epochs;
}

TEST(ValidationInFit, FrequencyCountsEpochsFromOne) {
  for (const Policy& policy : {keras(), hardened()}) {
    EXPECT_THAT(validated(policy, {.every = 1}), ElementsAre(0, 1, 2, 3, 4));
    EXPECT_THAT(validated(policy, {.every = 2}), ElementsAre(1, 3));
    EXPECT_THAT(validated(policy, {.every = 7}), ElementsAre());
    EXPECT_THAT(validated(policy, {.epochs = std::vector<std::int64_t>{1, 4, 9}}),
                ElementsAre(0, 3));
  }
  EXPECT_THAT(validated(keras(), {.every = -2}), ElementsAre(1, 3));
  EXPECT_THAT(validated(keras(), {.epochs = std::vector<std::int64_t>{0}}), ElementsAre());
  EXPECT_THAT(validated(keras(), {.epochs = std::vector<std::int64_t>{}}), ElementsAre());
}

TEST(ValidationInFit, FrequencyOfZeroFailsAfterTheFirstEpochsBatchesInKerasAndAtOnceInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    const FitResult result =
        scene.fit(*marker_arrays(1), {"A"},
                  {.validation = marker_arrays(1), .validation_freq = {.every = 0}});
    EXPECT_EQ(error_text(result),
              hard ? "ValueError in prepare, data arrays: validation_freq must be at least 1, got 0"
                   : "ValueError in validation at epoch 0, data arrays: "
                     "validation_freq must not be 0");
    EXPECT_EQ(scene.events.text(),
              hard ? ""
                   : "A.on_train_begin() A.on_epoch_begin(0) A.on_train_batch_begin(0) "
                     "A.on_train_batch_end(0)");
  }
}

TEST(ValidationInFit, DataIsLookedAtAfterTheFirstEpochInKerasAndAtOnceInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").show_only(kTrainAndEpoch);
    auto empty = std::make_shared<MarkerGenerator>(0, scene.events, "val");
    const FitResult result = scene.fit(*marker_arrays(1), {"A"},
                                       {.validation = empty, .validation_steps = hard ? -1 : 2});
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(result.error->message,
              hard ? "steps per epoch must be at least 1, got -1" : "val is empty");
    EXPECT_EQ(scene.events.text_of("A."), hard ? "" : "A.on_train_begin() A.on_epoch_begin(0)");
  }
}

TEST(ValidationInFit, KerasTellsTheSourceTwicePerEpoch) {
  Scene scene(keras());
  scene.recorder("A").show_only(mask_of(Hook::test_begin) | mask_of(Hook::test_end) |
                                mask_of(Hook::epoch_end));
  auto validation = std::make_shared<MarkerSequence>(2, scene.events, "val");
  scene.fit(*marker_arrays(1), {"A"}, {.epochs = 2, .validation = validation});
  const std::string one =
      "val.on_epoch_end A.on_test_begin() val.on_epoch_begin val[0] val[1] val.on_epoch_end "
      "A.on_test_end() A.on_epoch_end";
  EXPECT_EQ(scene.events.text(), one + "(0) " + one + "(1)");
}

TEST(ValidationInFit, HardenedTellsTheSourceOncePerEpoch) {
  Scene scene;
  auto validation = std::make_shared<MarkerSequence>(2, scene.events, "val");
  scene.run(*marker_arrays(1), {.epochs = 2, .validation = validation});
  const std::string one = "val.on_epoch_begin val[0] val[1] val.on_epoch_end";
  EXPECT_EQ(scene.events.text(), one + " " + one);
}

TEST(ValidationInFit, KerasSeesOnlyThePeekedItemsOfAGeneratorInLaterEpochs) {
  Scene scene(keras());
  scene.probe->shown = true;
  auto validation = std::make_shared<MarkerGenerator>(3, scene.events, "val", 100);
  const FitResult result = scene.run(*marker_arrays(1), {.epochs = 3, .validation = validation});
  EXPECT_EQ(scene.events.text_of("tstep"),
            "tstep[100] tstep[101] tstep[102] tstep[100] tstep[101] tstep[100] tstep[101]");
  EXPECT_EQ(warning_ids(result), "data.ran_out x3");
  EXPECT_THAT(result.history.values("val_loss"),
              ElementsAre(DoubleNear(10001.07, 1e-2), DoubleNear(9901.296, 1e-3),
                          DoubleNear(9901.691, 1e-3)));
}

TEST(ValidationInFit, KerasSeesTheFirstItemOfAGeneratorAgainAndAgainWithOneStep) {
  Scene scene(keras());
  scene.probe->shown = true;
  auto validation = std::make_shared<MarkerGenerator>(5, scene.events, "val", 100);
  const FitResult result =
      scene.run(*marker_arrays(1), {.epochs = 3, .validation = validation, .validation_steps = 1});
  EXPECT_EQ(scene.events.text(),
            "step[0] val.yield(0) val.yield(1) tstep[100] step[0] tstep[100] step[0] tstep[100]");
  EXPECT_THAT(result.history.values("val_loss"),
              ElementsAre(DoubleNear(9801.396, 1e-3), DoubleNear(9801.792, 1e-3),
                          DoubleNear(9802.186, 1e-3)));
}

TEST(ValidationInFit, HardenedSaysThatAGeneratorHasNothingLeftForTheSecondEpoch) {
  Scene scene;
  auto validation = std::make_shared<MarkerGenerator>(3, scene.events, "val", 100);
  const FitResult result = scene.run(*marker_arrays(1), {.epochs = 3, .validation = validation});
  EXPECT_EQ(error_text(result),
            "DataExhausted in fetch at epoch 1, data val: val has not one batch to give");
  EXPECT_EQ(result.history.epochs().size(), 1U);
}

TEST(ValidationInFit, StepsBeginAtTheFirstBatchEachTime) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    scene.probe->shown = true;
    scene.run(*marker_arrays(1),
              {.epochs = 2, .validation = marker_arrays(3, 100), .validation_steps = 1});
    EXPECT_EQ(scene.events.text_of("tstep"), "tstep[100] tstep[100]");
  }
}

TEST(ValidationInFit, MoreStepsThanDataAreAWarningInKerasAndAnErrorInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    const FitResult result =
        scene.run(*marker_arrays(1),
                  {.epochs = 2, .validation = marker_arrays(2, 100), .validation_steps = 5});
    EXPECT_EQ(warning_ids(result), hard ? "" : "data.ran_out x2");
    EXPECT_EQ(result.ok() ? "" : result.error->message,
              hard ? "arrays has 2 batches, fewer than the 5 steps per epoch asked for" : "");
  }
}

TEST(ValidationInFit, FailingClosesTestEpochAndTrainInHardened) {
  Scene scene;
  auto validation = std::make_shared<MarkerSequence>(2, scene.events, "val");
  validation->bend = [](std::int64_t index, Batch&) {
    if (index == 1) throw ValueError("corrupt");
  };
  const FitResult result = scene.fit(*marker_arrays(1), {"A"}, {.validation = validation});
  EXPECT_EQ(error_text(result), "ValueError in fetch at epoch 0, data val: corrupt");
  EXPECT_EQ(scene.events.text_of("failed"),
            "A.on_test_end():failed A.on_epoch_end(0):failed A.on_train_end():failed");
  EXPECT_EQ(scene.events.count("val.on_epoch_end"), 0) << "the source itself is at fault";
}

ArrayData ten_rows() {
  ArrayData data{Tensor({10, 1}), Tensor({10, 1}, 1.0F), {}};
  for (std::int64_t row = 0; row < 10; ++row) data.x[row] = static_cast<float>(row);
  return data;
}

TEST(ValidationSplit, TakesTheLastSamplesAndGivesThemBackAfterwards) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    scene.probe->shown = true;
    ArraySource data(ten_rows(), {.batch_size = 4});
    for (int fit = 0; fit < 2; ++fit) {
      scene.events.clear();
      const FitResult result = scene.run(data, {.validation_split = 0.2});
      EXPECT_TRUE(result.ok());
      EXPECT_EQ(scene.events.text(), "step[0] step[4] tstep[8]");
    }
    EXPECT_EQ(data.rows(), 10);
  }
}

TEST(ValidationSplit, IsGivenBackAfterAFailureToo) {
  Scene scene;
  ArraySource data(ten_rows(), {.batch_size = 4});
  scene.recorder("A").raise_in(Hook::train_begin);
  EXPECT_FALSE(scene.fit(data, {"A"}, {.validation_split = 0.2}).ok());
  EXPECT_EQ(data.rows(), 10);
}

TEST(ValidationSplit, OfASourceThatCannotBeSplitFailsBeforeAnyHook) {
  Scene scene(keras());
  MarkerSequence data(4, scene.events);
  const FitResult result = scene.fit(data, {"A"}, {.validation_split = 0.5});
  EXPECT_EQ(error_text(result),
            "ValueError in prepare, data ds: ds: its samples cannot be split, "
            "give validation data of its own instead");
  EXPECT_EQ(scene.events.text(), "");
}

TEST(ValidationSplit, BesideValidationDataIsIgnoredInKerasAndRefusedInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    ArraySource data(ten_rows(), {.batch_size = 5});
    const FitResult result =
        scene.run(data, {.validation = marker_arrays(1), .validation_split = 0.5});
    EXPECT_EQ(result.steps, hard ? 0 : 2);
    EXPECT_EQ(result.ok() ? "" : result.error->message,
              hard ? "validation data and validation_split cannot be used together" : "");
  }
}

TEST(NestedEvaluate, InABatchHookPollutesTheEpochsMeanInKerasAlone) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras(), 0.0F);
    const auto other = marker_arrays(1, 50);
    scene.recorder("A").on(Hook::train_batch_end, 0,
                           [&](Event&) { EXPECT_TRUE(scene.trainer().evaluate(*other).ok()); });
    const FitResult result = scene.fit(*marker_arrays(3), {"A"});
    // 2401 from the evaluation, 0 and 1 from the two batches behind it.
    EXPECT_NEAR(result.history.values("loss")[0], hard ? 2.0 / 3.0 : 2402.0 / 3.0, 1e-4);
  }
}

TEST(NestedEvaluate, InEpochBeginPollutesToo) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras(), 0.0F);
    const auto other = marker_arrays(1, 50);
    scene.recorder("A").on(Hook::epoch_begin, 0, [&](Event&) { scene.trainer().evaluate(*other); });
    const FitResult result = scene.fit(*marker_arrays(1), {"A"});
    EXPECT_NEAR(result.history.values("loss")[0], hard ? 1.0 : 2402.0 / 2.0, 1e-4);
  }
}

TEST(NestedEvaluate, InEpochEndIsHarmlessEverywhere) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy, 0.0F);
    const auto other = marker_arrays(1, 50);
    scene.recorder("A").on(Hook::epoch_end, RecordingCallback::kAny, [&](Event&) {
      EXPECT_NEAR(*scene.trainer().evaluate(*other).metrics.find("loss"), 2401.0, 1e-3);
    });
    const FitResult result = scene.fit(*marker_arrays(1), {"A"}, {.epochs = 2});
    EXPECT_THAT(result.history.values("loss"), ElementsAre(1.0, 1.0));
  }
}

TEST(NestedTrainOnBatch, KeepsOutOfTheEpochsMeanInHardened) {
  Scene scene(hardened(), 0.0F);
  scene.recorder("A").on(Hook::train_batch_end, 0, [&](Event&) {
    EXPECT_EQ(scene.trainer().train_on_batch(marker_batch(3)).find("loss"), 4.0);
    EXPECT_EQ(scene.trainer().test_on_batch(marker_batch(4)).find("loss"), 9.0);
  });
  EXPECT_NEAR(scene.fit(*marker_arrays(2), {"A"}).history.values("loss")[0], 0.5, 1e-6);
}

TEST(NestedFit, IsAllowedInKerasAndATypedErrorInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").show_only(kTrainAndEpoch);
    scene.recorder("Inner").show_only(kTrainAndEpoch);
    const auto inner = marker_arrays(1);
    scene.recorder("A").on(Hook::epoch_end, 0, [&](Event&) { scene.fit(*inner, {"Inner"}); });
    const FitResult result = scene.fit(*marker_arrays(1), {"A"}, {.epochs = 2});
    EXPECT_EQ(result.ok(), !hard);
    if (hard) {
      EXPECT_EQ(error_text(result),
                "StateError in on_epoch_end of A at epoch 0: fit was called from inside fit");
    } else {
      EXPECT_EQ(scene.events.text(),
                "A.on_train_begin() A.on_epoch_begin(0) A.on_epoch_end(0) Inner.on_train_begin() "
                "Inner.on_epoch_begin(0) Inner.on_epoch_end(0) Inner.on_train_end() "
                "A.on_epoch_begin(1) A.on_epoch_end(1) A.on_train_end()");
    }
  }
}

}  // namespace
}  // namespace trainwreck::testing
