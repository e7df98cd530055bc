#include "engine/callbacks/learning_rate_scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/callbacks/reduce_lr_on_plateau.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::error_of;
using testing::kNan;
using testing::ScriptedRun;

ReduceLROnPlateauOptions halve(std::int64_t patience) {
  ReduceLROnPlateauOptions options;
  options.factor = 0.5;
  options.patience = patience;
  return options;
}

// Reads what is in the logs after the callback under test.
class LogReader final : public Callback {
 public:
  std::string name() const override { return "log_reader"; }
  void on_epoch_end(Event& event) override {
    rates.push_back(event.logs.find("learning_rate").value_or(-1.0));
  }
  std::vector<double> rates;
};

TEST(LearningRateScheduler, SetsTheRateOfEachEpochAndLogsIt) {
  ScriptedRun run(keras());
  const auto reader = std::make_shared<LogReader>();
  const auto scheduler = std::make_shared<LearningRateScheduler>(LearningRateSchedulerOptions{
      .schedule = [](std::int64_t epoch, double) { return 0.5 / static_cast<double>(1 + epoch); }});
  run.play({scheduler, reader}, {.values = {1.0, 1.0}, .first_epoch = 1});
  EXPECT_THAT(reader->rates, ElementsAre(0.25, DoubleNear(0.5 / 3.0, 1e-7)));
}

TEST(LearningRateScheduler, GetsTheRateSoFar) {
  ScriptedRun run(keras());
  run.model->optimizer().set_learning_rate(1.0F);
  const auto scheduler = std::make_shared<LearningRateScheduler>(LearningRateSchedulerOptions{
      .schedule = [](std::int64_t, double rate) { return rate / 2.0; }});
  run.play({scheduler}, {.values = {1.0, 1.0, 1.0}});
  EXPECT_EQ(run.model->optimizer().learning_rate(), 0.125F);
}

TEST(LearningRateScheduler, UndoesWhatAPlateauReduced) {
  ScriptedRun run(keras());
  std::vector<float> after;
  const auto scheduler = std::make_shared<LearningRateScheduler>(
      LearningRateSchedulerOptions{.schedule = [](std::int64_t, double) { return 1.0; }});
  const auto reader = std::make_shared<LogReader>();
  run.play({scheduler, std::make_shared<ReduceLROnPlateau>(halve(1)), reader},
           {.values = {1.0, 1.0, 1.0, 1.0}},
           [&](std::int64_t) { after.push_back(run.model->optimizer().learning_rate()); });
  EXPECT_THAT(after, ElementsAre(1.0F, 0.5F, 0.5F, 0.5F));
  EXPECT_THAT(reader->rates, ElementsAre(1.0, 1.0, 1.0, 1.0));
}

TEST(LearningRateScheduler, NanIsTakenInKerasAndRefusedInHardened) {
  const auto nan = std::make_shared<LearningRateScheduler>(
      LearningRateSchedulerOptions{.schedule = [](std::int64_t, double) { return kNan; }});
  ScriptedRun run(keras());
  run.play({nan}, {.values = {1.0}});
  EXPECT_TRUE(std::isnan(run.model->optimizer().learning_rate()));
  ScriptedRun strict(hardened());
  EXPECT_EQ(error_of<ValueError>([&] { strict.play({nan}, {.values = {1.0}}); }),
            "LearningRateScheduler: the schedule gives nan for epoch 0");
  EXPECT_EQ(strict.model->optimizer().learning_rate(), 0.1F);
}

TEST(LearningRateScheduler, NeedsASchedule) {
  EXPECT_THROW(LearningRateScheduler(LearningRateSchedulerOptions{}), ValueError);
}

TEST(LearningRateScheduler, RatesInJsonMayBeWhatJsonHasNoNumberFor) {
  const CallbackHandle rates =
      callback_from(R"({"kind": "learning_rate_scheduler", "rates": ["nan"]})");
  ScriptedRun run(keras());
  run.play({rates}, {.values = {1.0}});
  EXPECT_TRUE(std::isnan(run.model->optimizer().learning_rate()));
  std::string wrong;
  callback_from(R"({"kind": "learning_rate_scheduler", "rates": ["fast"]})", &wrong);
  EXPECT_EQ(wrong, "/rates/0 must be a number, \"nan\", \"inf\" or \"-inf\"\n");
}

TEST(LearningRateScheduler, IsBuiltFromJsonWithRatesOrASchedule) {
  const CallbackHandle rates =
      callback_from(R"({"kind": "learning_rate_scheduler", "rates": [0.5, 0.25]})");
  ASSERT_TRUE(rates);
  ScriptedRun run(keras());
  std::vector<float> after;
  run.play({rates}, {.values = {1.0, 1.0, 1.0}},
           [&](std::int64_t) { after.push_back(run.model->optimizer().learning_rate()); });
  EXPECT_THAT(after, ElementsAre(0.5F, 0.25F, 0.25F));
  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "learning_rate_scheduler"})", &wrong));
  EXPECT_EQ(wrong, " a learning_rate_scheduler takes either \"rates\" or a \"schedule\"\n");
}

// Row "learning_rate_scheduler" of docs/callbacks_and_status.md.
TEST(StatusTableLearningRateScheduler, LogsTheRateUnlessTheEpochBrokeOff) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted, Status::failed,
                              Status::interrupted}) {
    ScriptedRun run(keras());
    const auto reader = std::make_shared<LogReader>();
    const auto scheduler = std::make_shared<LearningRateScheduler>(
        LearningRateSchedulerOptions{.schedule = [](std::int64_t, double) { return 0.5; }});
    run.play({scheduler, reader}, {.values = {1.0}, .last_status = status});
    EXPECT_EQ(reader->rates[0], is_broken_off(status) ? -1.0 : 0.5) << name_of(status);
  }
}

}  // namespace
}  // namespace trainwreck
