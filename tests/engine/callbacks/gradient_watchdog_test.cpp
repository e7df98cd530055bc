#include "engine/callbacks/gradient_watchdog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;

// A model of one kernel and one bias, whose gradients the test sets by hand.
struct Watched {
  explicit Watched(GradientWatchdogOptions options) : watchdog(options) {
    Logs logs;
    Event event{session, -1, -1, logs};
    watchdog.set_session(session);
    watchdog.on_train_begin(event);
  }
  void step(float kernel, float bias, Status status = Status::completed) {
    model->parameters().gradients()[0] = kernel;
    model->parameters().gradients()[1] = bias;
    Logs logs;
    Event event{session, batch++, 1, logs, status};
    watchdog.on_train_batch_end(event);
  }
  testing::ScriptedWorld world;
  std::unique_ptr<Model> model = testing::small_model();
  LoopState state{*model, hardened(), world.seams()};
  Session& session = state.session;
  GradientWatchdog watchdog;
  std::int64_t batch = 0;
};

TEST(GradientWatchdog, MeasuresTheNormOfAllAndOfEachParameter) {
  Watched fixture({});
  fixture.step(3.0F, -4.0F);
  EXPECT_EQ(fixture.watchdog.norm(), 5.0);
  EXPECT_THAT(fixture.watchdog.parameter_norms(), ElementsAre(3.0, 4.0));
  EXPECT_EQ(fixture.watchdog.alarms(), 0);
}

TEST(GradientWatchdog, WarnsOncePerEpochAndCountsEveryAlarm) {
  Watched fixture({.max_norm = 4.0});
  fixture.step(3.0F, 4.0F);
  fixture.step(3.0F, 4.0F);
  EXPECT_EQ(fixture.watchdog.alarms(), 2);
  ASSERT_EQ(fixture.session.warnings().size(), 1U);
  EXPECT_EQ(fixture.session.warnings()[0].id, "gradient_watchdog.alarm");
  EXPECT_EQ(fixture.session.warnings()[0].text,
            "GradientWatchdog: the gradients' norm is 5, above 4 at epoch 1, batch 0");
  Logs logs;
  Event event{fixture.session, 2, 2, logs};
  fixture.watchdog.on_epoch_begin(event);
  fixture.step(3.0F, 4.0F);
  EXPECT_EQ(fixture.session.warnings().size(), 2U);
}

TEST(GradientWatchdog, ThresholdItselfIsNoAlarm) {
  Watched fixture({.max_norm = 5.0});
  fixture.step(3.0F, 4.0F);
  EXPECT_EQ(fixture.watchdog.alarms(), 0);
}

TEST(GradientWatchdog, NamesTheParameterThatIsTooLarge) {
  Watched fixture({.max_parameter_norm = 3.5, .alarm = Alarm::stop});
  fixture.step(3.0F, 4.0F);
  EXPECT_EQ(fixture.session.stop_demand()->reason,
            "GradientWatchdog: the norm of the gradient of dense/bias is 4, above 3.5 at epoch 1, "
            "batch 0");
}

TEST(GradientWatchdog, AbortFailsTheRun) {
  Watched fixture({.max_norm = 1.0, .alarm = Alarm::abort});
  EXPECT_EQ(error_of<Error>([&] { fixture.step(3.0F, 4.0F); }),
            "GradientWatchdog: the gradients' norm is 5, above 1 at epoch 1, batch 0");
}

TEST(GradientWatchdog, NonFiniteGradientAbortsWhateverTheAlarmIs) {
  Watched fixture({.alarm = Alarm::warn});
  EXPECT_EQ(error_of<NonFinite>([&] { fixture.step(1.0F, std::nanf("")); }),
            "GradientWatchdog: the gradient of dense/bias is not finite at epoch 1, batch 0");
}

TEST(GradientWatchdog, NonFiniteGradientCanBeAnAlarmLikeAnyOther) {
  Watched fixture({.abort_on_non_finite = false});
  fixture.step(1.0F, std::nanf(""));
  EXPECT_EQ(fixture.watchdog.alarms(), 1);
}

TEST(GradientWatchdog, GrowthAgainstTheMedianIsAnAlarmOnceThereIsAMedian) {
  Watched fixture({.max_growth = 10.0, .window = 5});
  fixture.step(100.0F, 0.0F);
  for (int i = 0; i < 4; ++i) fixture.step(1.0F, 0.0F);
  EXPECT_EQ(fixture.watchdog.alarms(), 0);
  fixture.step(10.0F, 0.0F);
  EXPECT_EQ(fixture.watchdog.alarms(), 0);
  fixture.step(11.0F, 0.0F);
  EXPECT_EQ(fixture.watchdog.alarms(), 1);
  EXPECT_EQ(fixture.session.warnings()[0].text,
            "GradientWatchdog: the gradients' norm is 11, more than 10 times its median 1 at epoch "
            "1, batch 6");
}

TEST(GradientWatchdog, LooksAtEveryNthBatch) {
  Watched fixture({.every = 3});
  fixture.step(1.0F, 0.0F);
  fixture.step(2.0F, 0.0F);
  fixture.step(3.0F, 0.0F);
  EXPECT_EQ(fixture.watchdog.norm(), 1.0);
  fixture.step(4.0F, 0.0F);
  EXPECT_EQ(fixture.watchdog.norm(), 4.0);
}

TEST(GradientWatchdog, RefusesLimitsThatAreNone) {
  EXPECT_EQ(error_of<ValueError>([] { GradientWatchdog watchdog({.max_norm = 0.0}); }),
            "GradientWatchdog: max_norm must be above 0, got 0");
  EXPECT_EQ(error_of<ValueError>([] { GradientWatchdog watchdog({.window = 4}); }),
            "GradientWatchdog: window must be at least 5 and every at least 1, got 4 and 1");
}

TEST(GradientWatchdog, StateComesBackWhole) {
  Watched first({.max_growth = 2.0, .window = 5});
  for (int i = 0; i < 7; ++i) first.step(static_cast<float>(1 + i % 2), 0.0F);
  CallbackState state;
  first.watchdog.save_state(state);
  Watched second({.max_growth = 2.0, .window = 5});
  second.watchdog.load_state(state);
  for (Watched* fixture : {&first, &second}) fixture->step(5.0F, 0.0F);
  EXPECT_EQ(second.watchdog.alarms(), first.watchdog.alarms());
  EXPECT_EQ(second.watchdog.alarms(), 1);
}

TEST(GradientWatchdog, SecondRunForgetsTheFirst) {
  Watched fixture({.max_norm = 1.0});
  fixture.step(3.0F, 4.0F);
  Logs logs;
  Event event{fixture.session, -1, -1, logs};
  fixture.watchdog.set_session(fixture.session);
  fixture.watchdog.on_train_begin(event);
  EXPECT_EQ(fixture.watchdog.alarms(), 0);
}

TEST(GradientWatchdog, IsBuiltFromJson) {
  EXPECT_TRUE(callback_from(R"({"kind": "gradient_watchdog", "max_norm": 5, "alarm": "stop",
                                "max_growth": 3, "window": 10, "every": 2})"));
  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "gradient_watchdog", "max_norm": -1})", &wrong));
  EXPECT_EQ(wrong, " GradientWatchdog: max_norm must be above 0, got -1\n");
}

// Row "gradient_watchdog" of docs/callbacks_and_status.md.
TEST(StatusTableGradientWatchdog, IgnoresBatchesThatBrokeOff) {
  for (const Status status : {Status::failed, Status::interrupted}) {
    Watched fixture({.max_norm = 1.0, .alarm = Alarm::abort});
    fixture.step(3.0F, 4.0F, status);
    EXPECT_EQ(fixture.watchdog.alarms(), 0) << name_of(status);
  }
}

TEST(StatusTableGradientWatchdog, DoesNothingWhenEpochsAndTrainingsEnd) {
  const CallbackHandle handle = std::make_shared<GradientWatchdog>();
  EXPECT_EQ(handle.hooks() & (mask_of(Hook::epoch_end) | mask_of(Hook::train_end)), 0U);
}

}  // namespace
}  // namespace trainwreck
