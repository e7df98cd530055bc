#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// Method: A asks for the end of training in one hook of a fit of three epochs, three batches and
// two validation batches each. Counted is what still runs.

struct StopCase {
  Hook hook;
  std::int64_t index;
  // Steps, validations, epochs in the history: in Keras and hardened.
  std::int64_t keras_steps;
  std::int64_t hardened_steps;
  std::int64_t keras_epochs;
  std::int64_t hardened_epochs;
  const char* name;
};

const StopCase kCases[] = {
    {Hook::train_begin, RecordingCallback::kAny, 1, 0, 1, 0, "train_begin"},
    {Hook::epoch_begin, 0, 1, 0, 1, 1, "epoch_begin_0"},
    {Hook::epoch_begin, 1, 4, 3, 2, 2, "epoch_begin_1"},
    {Hook::train_batch_begin, 0, 1, 0, 1, 1, "train_batch_begin_0"},
    {Hook::train_batch_begin, 2, 3, 2, 1, 1, "train_batch_begin_2"},
    {Hook::train_batch_end, 0, 1, 1, 1, 1, "train_batch_end_0"},
    {Hook::train_batch_end, 2, 3, 3, 1, 1, "train_batch_end_2"},
    {Hook::test_begin, RecordingCallback::kAny, 3, 3, 1, 1, "test_begin"},
    {Hook::test_batch_begin, 0, 3, 3, 1, 1, "test_batch_begin"},
    {Hook::test_batch_end, 0, 3, 3, 1, 1, "test_batch_end"},
    {Hook::test_end, RecordingCallback::kAny, 3, 3, 1, 1, "test_end"},
    {Hook::epoch_end, 0, 3, 3, 1, 1, "epoch_end_0"},
    {Hook::epoch_end, 1, 6, 6, 2, 2, "epoch_end_1"},
    {Hook::train_end, RecordingCallback::kAny, 9, 9, 3, 3, "train_end"},
};

class StopFrom : public ::testing::TestWithParam<std::tuple<StopCase, bool>> {};

TEST_P(StopFrom, CutsTheRunWhereTheProfileSays) {
  const auto [stop, hard] = GetParam();
  Scene scene(hard ? hardened() : keras());
  scene.probe->shown = true;
  scene.recorder("A").on(stop.hook, stop.index,
                         [](Event& event) { event.session.request_stop("enough"); });
  const FitResult result =
      scene.fit(*marker_arrays(3), {"A", "B"}, {.epochs = 3, .validation = marker_arrays(2, 100)});
  const std::int64_t epochs = hard ? stop.hardened_epochs : stop.keras_epochs;
  EXPECT_EQ(result.steps, hard ? stop.hardened_steps : stop.keras_steps);
  EXPECT_EQ(static_cast<std::int64_t>(result.history.epochs().size()), epochs);
  // Every epoch that began is closed for everybody, with a validation that nobody shortened.
  EXPECT_EQ(scene.events.count("tstep[101]"), epochs);
  EXPECT_EQ(static_cast<std::int64_t>(result.history.values("val_loss").size()), epochs);
  EXPECT_EQ(scene.events.count("B.on_train_end()") + scene.events.count("B.on_train_end():stopped"),
            1);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.status, stop.hook == Hook::train_end ? Status::completed : Status::stopped);
  ASSERT_TRUE(result.stop);
  EXPECT_EQ(result.stop->reason, "enough");
  EXPECT_EQ(result.stop->by, "A");
}

INSTANTIATE_TEST_SUITE_P(Every, StopFrom,
                         ::testing::Combine(::testing::ValuesIn(kCases), ::testing::Bool()),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) +
                                  (std::get<1>(test.param) ? "_hardened" : "_keras");
                         });

TEST(Stop, HardenedClosesTheBatchThatWasNotStepped) {
  Scene scene;
  scene.probe->shown = true;
  scene.recorder("A").on(Hook::train_batch_begin, 1,
                         [](Event& event) { event.session.request_stop("enough"); });
  scene.fit(*marker_arrays(3), {"A"}, {.epochs = 2});
  EXPECT_EQ(scene.events.text(),
            "A.on_train_begin() A.on_epoch_begin(0) A.on_train_batch_begin(0) step[0] "
            "A.on_train_batch_end(0) A.on_train_batch_begin(1) A.on_train_batch_end(1):stopped "
            "A.on_epoch_end(0):stopped A.on_train_end():stopped");
}

TEST(Stop, FirstDemandIsKept) {
  Scene scene;
  scene.recorder("A").on(Hook::train_batch_end, 1,
                         [](Event& event) { event.session.request_stop("first"); });
  scene.recorder("B").on(Hook::train_batch_end, 1,
                         [](Event& event) { event.session.request_stop("second"); });
  const FitResult result = scene.fit(*marker_arrays(3), {"A", "B"});
  EXPECT_EQ(result.stop->reason, "first");
  EXPECT_EQ(result.stop->by, "A");
  EXPECT_EQ(result.stop->epoch, 0);
  EXPECT_EQ(result.stop->batch, 1);
}

TEST(Stop, CanBeWithdrawnInKerasAndIsStickyInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").on(Hook::epoch_end, 0,
                           [](Event& event) { event.session.request_stop("enough"); });
    scene.recorder("B").on(Hook::epoch_end, 0, [](Event& event) { event.session.withdraw_stop(); });
    const FitResult result = scene.fit(*marker_arrays(1), {"A", "B"}, {.epochs = 3});
    EXPECT_EQ(result.steps, hard ? 1 : 3);
    EXPECT_EQ(result.status, hard ? Status::stopped : Status::completed);
  }
}

// Keras reads the flag after the last callback: taken back in time, a batch's demand is as nothing.
TEST(Stop, WithdrawnBeforeAnybodyReadsItCutsNothingInKeras) {
  Scene scene(keras());
  scene.recorder("A").on(Hook::train_batch_begin, 0,
                         [](Event& event) { event.session.request_stop("enough"); });
  scene.recorder("B").on(Hook::train_batch_end, 0,
                         [](Event& event) { event.session.withdraw_stop(); });
  EXPECT_EQ(scene.fit(*marker_arrays(3), {"A", "B"}).steps, 3);
}

TEST(Stop, OfOneFitIsForgottenByTheNext) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    bool first = true;
    scene.recorder("A").on(Hook::train_batch_end, 0, [&](Event& event) {
      if (std::exchange(first, false)) event.session.request_stop("enough");
    });
    scene.recorder("A").on(Hook::train_begin, RecordingCallback::kAny,
                           [](Event& event) { EXPECT_FALSE(event.session.stop_requested()); });
    EXPECT_EQ(scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2}).status, Status::stopped);
    const FitResult second = scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2});
    EXPECT_EQ(second.status, Status::completed);
    EXPECT_EQ(second.steps, 4);
  }
}

TEST(Stop, AskedForInSetSessionIsForgottenInKerasAndHonouredInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").on_set_session([](Session& session) { session.request_stop("early"); });
    const FitResult result = scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2});
    EXPECT_EQ(result.steps, hard ? 0 : 4);
    EXPECT_EQ(result.status, hard ? Status::stopped : Status::completed);
  }
}

TEST(Stop, FollowedByARaiseIsAFailure) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    RecordingCallback& buggy = scene.recorder("Buggy");
    buggy.on(Hook::epoch_end, 0, [](Event& event) { event.session.request_stop("enough"); });
    buggy.raise_in(Hook::epoch_end, 0);
    const FitResult result = scene.fit(*marker_arrays(1), {"A", "Buggy", "B"}, {.epochs = 3});
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_EQ(result.error->message, "Buggy fails in on_epoch_end");
    ASSERT_TRUE(result.stop);
    EXPECT_EQ(result.stop->reason, "enough");
    EXPECT_EQ(scene.events.text_of("B.on_epoch_end"), hard ? "B.on_epoch_end(0)" : "");
    EXPECT_EQ(scene.events.text_of("B.on_train_end"), hard ? "B.on_train_end():failed" : "");
  }
}

TEST(Stop, IsNotReadByEvaluate) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").on(Hook::test_begin, RecordingCallback::kAny,
                           [](Event& event) { event.session.request_stop("enough"); });
    const auto data = marker_arrays(3);
    const EvaluateResult result =
        scene.trainer().evaluate(*data, {.callbacks = scene.handles({"A"})});
    EXPECT_EQ(result.status, Status::completed);
    EXPECT_EQ(scene.events.count("A.on_test_batch_end(2)"), 1);
  }
}

TEST(Stop, OfEvaluatingCutsThatEvaluationAlone) {
  for (const Hook hook : {Hook::test_begin, Hook::test_batch_begin, Hook::test_batch_end}) {
    for (const bool hard : {false, true}) {
      Scene scene(hard ? hardened() : keras());
      int times = 0;
      scene.recorder("A").on(hook, RecordingCallback::kAny, [&](Event& event) {
        if (times++ == 0) event.session.stop_evaluating();
      });
      const FitResult result =
          scene.fit(*marker_arrays(1), {"A"}, {.epochs = 2, .validation = marker_arrays(3, 100)});
      EXPECT_EQ(result.status, Status::completed);
      EXPECT_EQ(scene.events.count("A.on_test_batch_end(0)"), 2);
      EXPECT_EQ(scene.events.count("A.on_test_batch_end(2)"), 1) << name_of(hook);
    }
  }
}

TEST(Stop, OfPredictingReturnsWhatThereIs) {
  for (const Hook hook : {Hook::predict_begin, Hook::predict_batch_end}) {
    Scene scene;
    scene.recorder("A").on(hook, RecordingCallback::kAny,
                           [](Event& event) { event.session.stop_predicting(); });
    const auto data = marker_arrays(3);
    const PredictResult result =
        scene.trainer().predict(*data, {.callbacks = scene.handles({"A"})});
    EXPECT_EQ(result.predictions.rows(), 4) << name_of(hook);
    EXPECT_EQ(result.status, Status::stopped);
  }
}

TEST(Stop, WithdrawnInOneFitIsNotSharedUnlessFitsAreNested) {
  Scene scene(keras());
  const auto inner_data = marker_arrays(1);
  scene.recorder("Inner").on(Hook::epoch_end, 0,
                             [](Event& event) { event.session.request_stop("inner"); });
  scene.recorder("A").on(Hook::epoch_end, 0,
                         [&](Event&) { scene.fit(*inner_data, {"Inner"}, {.epochs = 5}); });
  const FitResult outer = scene.fit(*marker_arrays(1), {"A"}, {.epochs = 3});
  EXPECT_EQ(outer.status, Status::stopped);  // one flag of one model
  EXPECT_EQ(outer.steps, 1);
}

TEST(Stop, OfAnOuterFitIsResetByAnInnerOne) {
  Scene scene(keras());
  const auto inner_data = marker_arrays(1);
  scene.recorder("A").on(Hook::epoch_end, 0,
                         [](Event& event) { event.session.request_stop("outer"); });
  scene.recorder("B").on(Hook::epoch_end, 0, [&](Event&) { scene.fit(*inner_data, {}); });
  EXPECT_EQ(scene.fit(*marker_arrays(1), {"A", "B"}, {.epochs = 3}).steps, 3);
}

}  // namespace
}  // namespace trainwreck::testing
