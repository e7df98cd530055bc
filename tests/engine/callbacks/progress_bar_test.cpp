#include "engine/callbacks/progress_bar.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "engine/callbacks/lambda_callback.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using namespace std::chrono_literals;

// Calls the hooks of fits without batches' work, while the hand clock moves.
class Bar {
 public:
  explicit Bar(int verbose, bool terminal) {
    bar_ = std::make_shared<ProgressBar>(
        ProgressBarOptions{.verbose = verbose, .out = &out_, .terminal = terminal});
    callbacks_.emplace(state_, std::vector<CallbackHandle>{bar_});
    callbacks_->on_train_begin();
    callbacks_->on_epoch_begin(0);
  }
  void batches(int from, int to, std::chrono::nanoseconds each) {
    for (int batch = from; batch < to; ++batch) {
      stage_.clock.time += each;
      callbacks_->on_train_batch_end(batch, logs_);
    }
  }
  void end_epoch(Status status = Status::completed) { callbacks_->on_epoch_end(0, logs_, status); }
  // What was written since the last call.
  std::string text() {
    std::string written = out_.str();
    out_.str("");
    return written;
  }
  int looks() const { return stage_.clock.looks; }

 private:
  CallbackScene stage_;
  LoopState state_{stage_.model, stage_.policy, stage_.seams()};
  std::ostringstream out_;
  std::shared_ptr<ProgressBar> bar_;
  std::optional<CallbackList> callbacks_;
  Logs logs_ = logs_of({{"loss", 0.25}, {"tiny", 0.0005}});
};

// Lets every batch of a real fit take this long.
CallbackHandle slowness(CallbackScene& stage, std::chrono::nanoseconds each) {
  return lambda_callback(
      {.on_train_batch_begin = [&stage, each](Event&) { stage.clock.time += each; }});
}

TEST(ProgressBar, OneLinePerEpochLooksAsInKeras) {
  std::ostringstream out;
  CallbackScene stage;
  ScriptedLosses losses({0.5F});
  const auto bar = std::make_shared<ProgressBar>(ProgressBarOptions{.verbose = 2, .out = &out});
  stage.fit({.epochs = 2, .callbacks = {slowness(stage, 10ms), bar}, .step = &losses});
  EXPECT_EQ(out.str(),
            "Epoch 1/2\n2/2 - 0s - 10ms/step - loss: 0.5000\n"
            "Epoch 2/2\n2/2 - 0s - 10ms/step - loss: 0.5000\n");
}

TEST(ProgressBar, ASingleEpochHasNoHeading) {
  std::ostringstream out;
  CallbackScene stage;
  ScriptedLosses losses({0.5F});
  const auto bar = std::make_shared<ProgressBar>(ProgressBarOptions{.out = &out});
  stage.fit({.callbacks = {bar}, .verbose = 2, .step = &losses});
  EXPECT_EQ(out.str(), "2/2 - 0s - 0s/step - loss: 0.5000\n");
}

TEST(ProgressBar, ARunThatIsNotSilentGetsOneUnlessItHasOne) {
  std::vector<CallbackHandle> callbacks;
  add_progress_bar(callbacks, 0);
  EXPECT_EQ(callbacks.size(), 0U);
  add_progress_bar(callbacks, 1);
  ASSERT_EQ(callbacks.size(), 1U);
  EXPECT_EQ(callbacks.front()->name(), "progress_bar");
  add_progress_bar(callbacks, 2);
  EXPECT_EQ(callbacks.size(), 1U);
}

TEST(ProgressBar, FollowsTheRunsVerbosityUnlessToldOtherwise) {
  std::ostringstream out;
  CallbackScene stage;
  stage.fit({.callbacks = {std::make_shared<ProgressBar>(ProgressBarOptions{.out = &out})}});
  EXPECT_EQ(out.str(), "");
}

TEST(ProgressBar, WhatIsNoTerminalGetsNoControlCharacters) {
  Bar bar(1, false);
  bar.batches(0, 3, 1s);
  bar.end_epoch();
  EXPECT_EQ(bar.text(), "3/3 - 3s - 1s/step - loss: 0.2500 - tiny: 5.0000e-04\n");
}

TEST(ProgressBar, RedrawsInPlaceOnATerminal) {
  Bar bar(1, true);
  bar.batches(0, 1, 1s);
  EXPECT_EQ(bar.text(), "\r      1/Unknown 1s 1s/step - loss: 0.2500 - tiny: 5.0000e-04");
  bar.batches(1, 2, 1s);
  bar.end_epoch();
  EXPECT_EQ(bar.text(),
            "\r      2/Unknown 2s 1s/step - loss: 0.2500 - tiny: 5.0000e-04"
            "\r2/2 ━━━━━━━━━━━━━━━━━━━━ 2s 1s/step - loss: 0.2500 - tiny: 5.0000e-04\n");
}

TEST(ProgressBar, TellsTheTimeThatIsLeft) {
  std::ostringstream out;
  CallbackScene stage;
  ScriptedLosses losses({0.5F});
  const auto bar = std::make_shared<ProgressBar>(
      ProgressBarOptions{.verbose = 1, .out = &out, .terminal = true});
  stage.fit({.callbacks = {slowness(stage, 40s), bar}, .step = &losses});
  EXPECT_EQ(out.str(),
            "\r1/2 ━━━━━━━━━━────────── 40s 40s/step - loss: 0.5000"
            "\r2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 40s/step - loss: 0.5000 "
            "\r2/2 ━━━━━━━━━━━━━━━━━━━━ 80s 40s/step - loss: 0.5000\n");
}

TEST(ProgressBar, AShorterLineCoversTheLongerOne) {
  std::ostringstream out;
  CallbackScene stage;
  LoopState state(stage.model, stage.policy, stage.seams());
  CallbackList callbacks(state, {std::make_shared<ProgressBar>(ProgressBarOptions{
                                    .verbose = 1, .out = &out, .terminal = true})});
  callbacks.on_train_begin();
  callbacks.on_epoch_begin(0);
  Logs logs = logs_of({{"loss", 0.25}});
  stage.clock.time += 1s;
  callbacks.on_train_batch_end(0, logs);
  logs.clear();
  stage.clock.time += 1s;
  out.str("");
  callbacks.on_train_batch_end(1, logs);
  EXPECT_EQ(out.str(), "\r      2/Unknown 2s 1s/step               ");
}

TEST(ProgressBar, DoesNotLookAtTheClockWhereNothingIsDrawn) {
  for (const auto& [verbose, terminal] :
       {std::pair(0, true), std::pair(2, true), std::pair(1, false)}) {
    Bar bar(verbose, terminal);
    const int before = bar.looks();
    bar.batches(0, 1000, 1ms);
    EXPECT_EQ(bar.looks(), before) << verbose;
  }
}

TEST(ProgressBar, LooksAtTheClockAboutTwicePerDrawing) {
  Bar bar(1, true);
  bar.batches(0, 100000, 10us);  // one second: at most 20 drawings
  EXPECT_LT(bar.looks(), 80);
  const std::string text = bar.text();
  const auto drawings = std::count(text.begin(), text.end(), '\r');
  EXPECT_GE(drawings, 10);
  EXPECT_LE(drawings, 21);
}

TEST(ProgressBar, ASlowBatchAfterFastOnesIsSeenSoon) {
  Bar bar(1, true);
  bar.batches(0, 10000, 10us);
  bar.text();
  bar.batches(10000, 20000, 1s);
  const std::string text = bar.text();
  EXPECT_GE(std::count(text.begin(), text.end(), '\r'), 7000);
}

TEST(ProgressBar, StatusTableEndsTheLineAndNamesAFailure) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    Bar bar(2, false);
    bar.batches(0, 2, 1s);
    bar.end_epoch(status);
    EXPECT_EQ(bar.text(), "2/2 - 2s - 1s/step - loss: 0.2500 - tiny: 5.0000e-04\n")
        << name_of(status);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    Bar bar(2, false);
    bar.batches(0, 2, 1s);
    bar.end_epoch(status);
    EXPECT_EQ(bar.text(), "2/2 - 2s - 1s/step - loss: 0.2500 - tiny: 5.0000e-04 - " +
                              std::string(name_of(status)) + "\n");
  }
}

TEST(ProgressBar, ValidationInsideAFitIsSilentAnEvaluationIsNot) {
  std::ostringstream out;
  CallbackScene stage;
  const auto bar = std::make_shared<ProgressBar>(ProgressBarOptions{.verbose = 2, .out = &out});
  ScriptedLosses losses({0.5F});
  stage.fit({.validation = four_rows(), .callbacks = {bar}, .step = &losses});
  const std::string fitted = out.str();
  EXPECT_EQ(std::count(fitted.begin(), fitted.end(), '\n'), 1);
  EXPECT_NE(fitted.find("2/2 - 0s - 0s/step - loss: 0.5000 - val_loss: "), std::string::npos);
  out.str("");
  const auto data = four_rows();
  Trainer trainer(stage.model, stage.seams());
  trainer.evaluate(*data, {.callbacks = {bar}});
  EXPECT_EQ(out.str().substr(0, 24), "2/2 - 0s - 0s/step - los");
  out.str("");
  trainer.predict(*data, {.callbacks = {bar}});
  EXPECT_EQ(out.str(), "2/2 - 0s - 0s/step\n");
}

TEST(ProgressBar, AClosedOutputHarmsNobody) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  CallbackScene stage;
  const auto bar = std::make_shared<ProgressBar>(ProgressBarOptions{.verbose = 2, .out = &out});
  EXPECT_TRUE(stage.fit({.callbacks = {bar}}).ok());
}

TEST(ProgressBar, IsBuiltFromJson) {
  EXPECT_TRUE(callback_from(R"({"kind": "progress_bar", "verbose": 2})"));
  std::string wrong;
  callback_from(R"({"kind": "progress_bar", "verbose": 3})", &wrong);
  EXPECT_EQ(wrong, "/verbose must be in [0, 2], got 3\n");
}

}  // namespace
}  // namespace trainwreck
