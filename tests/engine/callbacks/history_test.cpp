#include "engine/callbacks/history.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "engine/callbacks/lambda_callback.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using Values = std::vector<double>;
using Epochs = std::vector<std::int64_t>;

TEST(HistoryCallback, EveryFitHasOne) {
  CallbackScene stage;
  ScriptedLosses losses({1.0F, 3.0F, 0.5F, 0.5F});
  const FitResult result = stage.fit({.epochs = 2, .step = &losses});
  EXPECT_EQ(result.history.epochs(), (Epochs{0, 1}));
  EXPECT_EQ(result.history.values("loss"), (Values{2.0, 0.5}));
}

TEST(HistoryCallback, TheOneOfTheFitSeesWhatEarlierCallbacksLogWhereLogsAreShared) {
  const CallbackHandle adder =
      lambda_callback({.on_epoch_end = [](Event& event) { event.logs.set("extra", 2.0); }});
  CallbackScene shared(keras());
  EXPECT_EQ(shared.fit({.callbacks = {adder}}).history.values("extra"), Values{2.0});
  CallbackScene own_copies;
  EXPECT_EQ(own_copies.fit({.callbacks = {adder}}).history.values("extra"), Values{});
}

TEST(HistoryCallback, KeepsItsPlaceInTheListAndMissesWhatComesAfter) {
  const CallbackHandle own = callback_from(R"({"kind": "history"})");
  ASSERT_TRUE(own);
  const CallbackHandle adder =
      lambda_callback({.on_epoch_end = [](Event& event) { event.logs.set("extra", 2.0); }});
  CallbackScene stage(keras());
  const FitResult result = stage.fit({.callbacks = {own, adder}});
  EXPECT_EQ(result.history.values("loss").size(), 1U);
  EXPECT_EQ(result.history.values("extra"), Values{});
}

TEST(HistoryCallback, AFailedFitKeepsTheEpochsBefore) {
  for (const Policy& policy : {keras(), hardened()}) {
    CallbackScene stage(policy);
    const FitResult result = stage.fit({.epochs = 3, .callbacks = {raiser(1, 1)}});
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_EQ(result.history.epochs(), Epochs{0});
    EXPECT_EQ(result.history.values("loss").size(), 1U);
  }
}

TEST(HistoryCallback, StatusTableRecordsWhatEndedByItself) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    CallbackScene stage;
    const auto own = std::make_shared<HistoryCallback>();
    stage.play(own, {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(own->history().epochs(), Epochs{0}) << name_of(status);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    CallbackScene stage;
    const auto own = std::make_shared<HistoryCallback>();
    stage.play(own, {{.logs = {{"loss", 1.0}}, .status = status}});
    EXPECT_EQ(own->history(), History{}) << name_of(status);
  }
}

TEST(HistoryCallback, KerasGrowsTheSeriesOfAReusedOne) {
  CallbackScene stage(keras());
  const auto own = std::make_shared<HistoryCallback>();
  ScriptedLosses losses({1.0F});
  stage.fit({.epochs = 2, .callbacks = {own}, .step = &losses});
  const FitResult second = stage.fit({.epochs = 2, .callbacks = {own}, .step = &losses});
  EXPECT_EQ(own->history().epochs(), (Epochs{0, 1}));
  EXPECT_EQ(own->history().values("loss"), (Values{1.0, 1.0, 1.0, 1.0}));
  EXPECT_EQ(second.history, own->history());
}

TEST(HistoryCallback, HardenedStartsEachFitAfresh) {
  CallbackScene stage;
  const auto own = std::make_shared<HistoryCallback>();
  stage.fit({.epochs = 2, .callbacks = {own}});
  stage.fit({.epochs = 3, .callbacks = {own}});
  EXPECT_EQ(own->history().values("loss").size(), 3U);
}

TEST(HistoryCallback, ComesBackBitByBit) {
  CallbackScene stage;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  HistoryCallback before;
  LoopState loop(stage.model, stage.policy, stage.seams());
  Session& session = loop.session;
  Logs first = logs_of({{"loss", -nan}, {"odd name: x", 0.1}});
  Logs second = logs_of({{"loss", -0.0}, {"val_loss", 1e-320}});
  Event epoch{.session = session, .index = 3, .epoch = 3, .logs = first};
  before.on_epoch_end(epoch);
  Event next{.session = session, .index = 4, .epoch = 4, .logs = second};
  before.on_epoch_end(next);
  CallbackState state;
  before.save_state(state);
  HistoryCallback after;
  after.load_state(state);
  EXPECT_EQ(after.history(), before.history());
}

TEST(HistoryCallback, ARestoredOneIsNotForgottenWhenTrainingBegins) {
  CallbackScene stage;
  HistoryCallback saved;
  LoopState loop(stage.model, stage.policy, stage.seams());
  Session& session = loop.session;
  Logs logs = logs_of({{"loss", 1.0}});
  Event event{.session = session, .index = 0, .epoch = 0, .logs = logs};
  saved.on_epoch_end(event);
  CallbackState state;
  saved.save_state(state);

  for (const bool restored_first : {true, false}) {
    HistoryCallback own;
    LoopState another(stage.model, stage.policy, stage.seams());
    Session& next = another.session;
    Event begin{.session = next, .index = -1, .epoch = -1, .logs = logs};
    own.set_session(next);
    if (restored_first) own.load_state(state);
    own.on_train_begin(begin);
    if (!restored_first) own.load_state(state);
    EXPECT_EQ(own.history(), saved.history());
    EXPECT_EQ(next.history(), saved.history());
  }
}

TEST(HistoryCallback, RefusesAStateThatIsNone) {
  HistoryCallback own;
  EXPECT_THROW(own.load_state({}), FormatError);
  CallbackState cut;
  cut.texts = {{"epochs", "0 "}, {"names", "loss\n"}, {"values/loss", "0:3ff"}};
  EXPECT_THROW(own.load_state(cut), FormatError);
  CallbackState odd;
  odd.texts = {{"epochs", "0 "}, {"names", "loss\n"}, {"values/loss", "0:xyz "}};
  EXPECT_THROW(own.load_state(odd), FormatError);
  EXPECT_EQ(own.history(), History{});
}

}  // namespace
}  // namespace trainwreck
