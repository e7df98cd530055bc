#include "engine/loop/monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::kNan;

struct Fixture {
  explicit Fixture(Policy chosen) : policy(std::move(chosen)) {}
  Monitor make(MonitorOptions options) {
    Monitor monitor("EarlyStopping", std::move(options));
    monitor.start(session);
    monitor.resolve(session);
    return monitor;
  }
  Policy policy;
  testing::ScriptedWorld world;
  std::unique_ptr<Model> model = testing::small_model();
  LoopState state{*model, policy, world.seams()};
  Session& session = state.session;
};

TEST(Monitor, EqualIsNoImprovement) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  EXPECT_FALSE(monitor.improves(1.0, 1.0));
  EXPECT_TRUE(monitor.improves(0.5, 1.0));
  EXPECT_FALSE(monitor.improves(1.5, 1.0));
}

TEST(Monitor, GainOfExactlyMinDeltaIsNoImprovement) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss", .min_delta = -0.25});
  EXPECT_FALSE(monitor.improves(0.75, 1.0));
  EXPECT_TRUE(monitor.improves(0.7, 1.0));
}

TEST(Monitor, HigherIsBetterTakesMinDeltaOff) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "x", .mode = "max", .min_delta = 0.25});
  EXPECT_FALSE(monitor.improves(1.25, 1.0));
  EXPECT_TRUE(monitor.improves(1.3, 1.0));
}

TEST(Monitor, ComparisonFloat32SeesNoDifferenceOfOneBillionth) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  EXPECT_FALSE(monitor.improves(0.999999999, 1.0));
  EXPECT_TRUE(monitor.improves(9.99e-07, 1e-06));
}

TEST(Monitor, ComparisonFloat64SeesIt) {
  Fixture fixture(hardened());
  EXPECT_TRUE(fixture.make({.metric = "val_loss"}).improves(0.999999999, 1.0));
}

TEST(Monitor, FirstNanBecomesBestInKerasAndBeatsNothingEver) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  EXPECT_TRUE(monitor.improves(kNan, std::nullopt));
  EXPECT_FALSE(monitor.improves(0.5, kNan));
  EXPECT_FALSE(monitor.improves(kNan, 0.5));
}

TEST(Monitor, NanIsNeverBestInHardened) {
  Fixture fixture(hardened());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  EXPECT_FALSE(monitor.improves(kNan, std::nullopt));
  EXPECT_FALSE(monitor.improves(kNan, kNan));
  EXPECT_TRUE(monitor.improves(0.5, kNan));
  EXPECT_TRUE(monitor.improves(std::numeric_limits<double>::infinity(), std::nullopt));
}

TEST(Monitor, AutoTakesTheCompiledMetricsDirection) {
  Fixture fixture(keras());
  EXPECT_TRUE(fixture.make({.metric = "val_accuracy"}).improves(0.6, 0.5));
  EXPECT_TRUE(fixture.make({.metric = "accuracy"}).improves(0.6, 0.5));
  EXPECT_TRUE(fixture.make({.metric = "val_mae"}).improves(0.4, 0.5));
  EXPECT_TRUE(fixture.make({.metric = "loss"}).improves(0.4, 0.5));
}

TEST(Monitor, AutoOnAMetricThatTheModelLacksIsAnError) {
  Fixture fixture(keras());
  EXPECT_EQ(
      error_of<ValueError>([&] { fixture.make({.metric = "val_acc"}); }),
      "EarlyStopping: whether a higher or a lower \"val_acc\" is better is not known, because "
      "the model has no such metric; set mode to \"max\" or \"min\"");
}

TEST(Monitor, UnknownModeMeansAutoWithAWarningInKeras) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "accuracy", .mode = "maximum"});
  EXPECT_TRUE(monitor.improves(0.6, 0.5));
  ASSERT_EQ(fixture.session.warnings().size(), 1U);
  EXPECT_EQ(fixture.session.warnings()[0].id, "monitor.mode");
}

TEST(Monitor, UnknownModeIsRefusedInHardened) {
  Fixture fixture(hardened());
  EXPECT_EQ(error_of<ValueError>([&] { fixture.make({.metric = "loss", .mode = "maximum"}); }),
            "EarlyStopping: mode \"maximum\" is none of auto, min and max");
}

TEST(Monitor, MissingMetricWarnsAndNamesWhatThereIs) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  Logs logs;
  logs.set("loss", 1.0);
  logs.set("mae", 2.0);
  EXPECT_EQ(monitor.value(fixture.session, logs), std::nullopt);
  ASSERT_EQ(fixture.session.warnings().size(), 1U);
  EXPECT_EQ(fixture.session.warnings()[0].id, "monitor.missing");
  EXPECT_EQ(fixture.session.warnings()[0].text,
            "EarlyStopping: \"val_loss\" is not in the logs of this epoch, which have: loss, mae");
}

TEST(Monitor, UnknownMetricIsAnErrorInHardenedWithTheNearestName) {
  Fixture fixture(hardened());
  Logs logs;
  logs.set("loss", 1.0);
  EXPECT_EQ(error_of<ValueError>([&] {
              fixture.make({.metric = "acuracy", .mode = "max"}).value(fixture.session, logs);
            }),
            "EarlyStopping: nothing in this run is called \"acuracy\"; did you mean \"accuracy\"?");
  EXPECT_EQ(error_of<ValueError>(
                [&] { fixture.make({.metric = "val_loss"}).value(fixture.session, logs); }),
            "EarlyStopping: nothing in this run is called \"val_loss\": it has no validation data");
  EXPECT_EQ(error_of<ValueError>([&] {
              fixture.make({.metric = "something", .mode = "min"}).value(fixture.session, logs);
            }),
            "EarlyStopping: nothing in this run is called \"something\"; there are loss, accuracy "
            "and mae");
}

TEST(Monitor, KnownMetricThatIsMissingOnceOnlyWarnsInHardened) {
  Fixture fixture(hardened());
  const Monitor monitor = fixture.make({.metric = "accuracy"});
  EXPECT_EQ(monitor.value(fixture.session, Logs()), std::nullopt);
  EXPECT_EQ(fixture.session.warnings().size(), 1U);
}

TEST(Monitor, NanInTheLogsIsAValue) {
  Fixture fixture(keras());
  const Monitor monitor = fixture.make({.metric = "val_loss"});
  Logs logs;
  logs.set("val_loss", kNan);
  EXPECT_TRUE(std::isnan(monitor.value(fixture.session, logs).value()));
}

}  // namespace
}  // namespace trainwreck
