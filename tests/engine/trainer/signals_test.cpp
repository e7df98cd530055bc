#include <gtest/gtest.h>

#include <string>

#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

FitResult fit_with_signal_at(Scene& scene, std::int64_t poll) {
  scene.signals.at = poll;
  scene.signals.polls = 0;
  return scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2, .validation = marker_arrays(2, 100)});
}

// Method: the signal comes at the first poll, then at the second, and so on, until a fit ends
// without having polled so often.
TEST(SignalDuringFit, AtEveryPollEndsTheRunAsInterrupted) {
  // Before each epoch and evaluation, before and after each batch's work, when the last epoch is
  // over, and after the very last hook.
  constexpr std::int64_t kPolls = 2 * (1 + 2 * 2) + 2 * (1 + 2 * 2) + 2;
  std::int64_t poll = 0;
  for (;; ++poll) {
    Scene scene;
    scene.traced = true;
    std::int64_t begins = 0;
    std::int64_t ends = 0;
    RecordingCallback& a = scene.recorder("A");
    for (const Hook hook : {Hook::train_begin, Hook::epoch_begin, Hook::train_batch_begin,
                            Hook::test_begin, Hook::test_batch_begin}) {
      a.on(hook, RecordingCallback::kAny, [&](Event&) { ++begins; });
    }
    for (const Hook hook : {Hook::train_end, Hook::epoch_end, Hook::train_batch_end, Hook::test_end,
                            Hook::test_batch_end}) {
      a.on(hook, RecordingCallback::kAny, [&](Event&) { ++ends; });
    }
    const FitResult result = fit_with_signal_at(scene, poll);
    EXPECT_EQ(begins, ends) << poll;
    if (result.ok()) break;
    EXPECT_EQ(result.status, Status::interrupted) << poll;
    EXPECT_EQ(result.error->type, "Interrupted");
    EXPECT_EQ(result.error->phase, "signal");
    EXPECT_EQ(result.error->message, "interrupted by signal 15");
    // What comes in the very last hook finds everybody told of a completed run.
    const bool too_late = poll == kPolls - 1;
    EXPECT_EQ(scene.events.words().back(),
              too_late ? "A.on_train_end()" : "A.on_train_end():interrupted");
    EXPECT_EQ(scene.events.count("A.on_exception(interrupted by signal 15)"), too_late ? 0 : 1);
    EXPECT_NE(scene.trace.of(TraceKind::signal), "");
    EXPECT_EQ(scene.signals.polls, poll + 1) << "nobody polls once the run is ending";
  }
  EXPECT_EQ(poll, kPolls);
}

TEST(SignalDuringFit, IsNoticedBeforeTheNextStep) {
  Scene scene;
  scene.probe->shown = true;
  fit_with_signal_at(scene, 1);  // after the first batch was fetched
  EXPECT_EQ(scene.events.text_of("step["), "");
  Scene later;
  later.probe->shown = true;
  fit_with_signal_at(later, 2);  // after the first step
  EXPECT_EQ(later.events.text_of("step["), "step[0]");
}

TEST(SignalDuringFit, CutsAValidationAndDropsItsMetrics) {
  Scene scene;
  const FitResult result = fit_with_signal_at(scene, 7);
  EXPECT_EQ(scene.events.count("A.on_test_end():interrupted"), 1);
  EXPECT_EQ(scene.events.count("A.on_epoch_end(0):interrupted"), 1);
  EXPECT_TRUE(result.history.epochs().empty());
}

TEST(SignalDuringFit, CallsNothingFurtherInKeras) {
  Scene scene(keras());
  const FitResult result = fit_with_signal_at(scene, 2);
  EXPECT_EQ(result.status, Status::interrupted);
  EXPECT_EQ(scene.events.words().back(), "A.on_train_batch_begin(0)");
}

TEST(SignalDuringFit, CutsTheBatchOrWaitsForItsEndAsThePolicySays) {
  Policy policy = keras();
  policy.loop.interrupts = Interrupts::between_batches;
  Scene scene(policy);
  fit_with_signal_at(scene, 2);
  EXPECT_EQ(scene.events.words().back(), "A.on_train_batch_end(0)");
}

TEST(SignalDuringFit, TellsTheSourceOfItsEpochsEndInHardened) {
  Scene scene;
  MarkerSequence data(2, scene.events);
  scene.signals.at = 2;
  scene.run(data);
  EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds.on_epoch_end");
}

TEST(SignalDuringEvaluation, InterruptsEvaluateAndPredict) {
  Scene scene;
  const auto data = marker_arrays(3);
  scene.signals.at = 3;
  EXPECT_EQ(scene.trainer().evaluate(*data).status, Status::interrupted);
  scene.signals.polls = 0;
  EXPECT_EQ(scene.trainer().predict(*data).status, Status::interrupted);
}

}  // namespace
}  // namespace trainwreck::testing
