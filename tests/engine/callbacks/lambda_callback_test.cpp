#include "engine/callbacks/lambda_callback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;

CallbackHandle from_json(const std::string& rest) {
  return callback_from(R"({"kind": "lambda_callback", )" + rest + "}");
}

TEST(LambdaCallback, CallsEveryHookThatHasAFunction) {
  std::vector<std::string> told;
  const auto note = [&told](const char* hook) {
    return [&told, hook](Event& event) {
      told.push_back(std::string(hook) + " " + std::to_string(event.index));
    };
  };
  const CallbackHandle callback = lambda_callback({.on_train_begin = note("train_begin"),
                                                   .on_train_end = note("train_end"),
                                                   .on_epoch_begin = note("epoch_begin"),
                                                   .on_epoch_end = note("epoch_end"),
                                                   .on_train_batch_begin = note("batch_begin"),
                                                   .on_train_batch_end = note("batch_end"),
                                                   .on_test_begin = note("test_begin"),
                                                   .on_test_end = note("test_end"),
                                                   .on_test_batch_begin = note("test_batch_begin"),
                                                   .on_test_batch_end = note("test_batch_end")});
  CallbackScene stage;
  stage.fit({.steps_per_epoch = 1,
             .validation = four_rows(),
             .validation_steps = 1,
             .callbacks = {callback}});
  EXPECT_THAT(told, ElementsAre("train_begin -1", "epoch_begin 0", "batch_begin 0", "batch_end 0",
                                "test_begin -1", "test_batch_begin 0", "test_batch_end 0",
                                "test_end -1", "epoch_end 0", "train_end -1"));
}

TEST(LambdaCallback, CallsThePredictHooks) {
  std::vector<std::string> told;
  const auto note = [&told](const char* hook) {
    return [&told, hook](Event&) { told.push_back(hook); };
  };
  CallbackScene stage;
  const auto data = four_rows();
  Trainer(stage.model, stage.seams())
      .predict(*data,
               {.steps = 1,
                .callbacks = {lambda_callback({.on_predict_begin = note("begin"),
                                               .on_predict_end = note("end"),
                                               .on_predict_batch_begin = note("batch_begin"),
                                               .on_predict_batch_end = note("batch_end")})}});
  EXPECT_THAT(told, ElementsAre("begin", "batch_begin", "batch_end", "end"));
}

TEST(LambdaCallback, IsToldTheException) {
  std::string told;
  CallbackScene stage;
  stage.fit(
      {.callbacks = {lambda_callback(
                         {.on_exception = [&told](Event& event) { told = event.error->message; }}),
                     raiser(0, 1)}});
  EXPECT_EQ(told, "boom");
}

TEST(LambdaCallback, OnlyHooksWithAFunctionAreDispatched) {
  const CallbackHandle callback = lambda_callback({.on_epoch_end = [](Event&) {}});
  EXPECT_EQ(callback.hooks(), mask_of(Hook::epoch_end));
  EXPECT_EQ(lambda_callback({}).hooks(), 0U);
  EXPECT_EQ(lambda_callback({.name = "mine"})->name(), "mine");
}

TEST(LambdaCallback, StatusTableActsWhateverTheStatus) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted, Status::failed,
                              Status::interrupted}) {
    Status seen = Status::completed;
    CallbackScene stage;
    stage.play(lambda_callback({.on_epoch_end = [&](Event& event) { seen = event.status; }}),
               {{.status = status}});
    EXPECT_EQ(seen, status);
  }
}

TEST(LambdaCallback, JsonStopsAtAnEpoch) {
  CallbackScene stage;
  const FitResult result =
      stage.fit({.epochs = 5,
                 .callbacks = {from_json(
                     R"("on_epoch_end": "request_stop", "epoch": 1, "text": "enough")")}});
  EXPECT_EQ(result.status, Status::stopped);
  EXPECT_EQ(result.history.epochs().size(), 2U);
  ASSERT_TRUE(result.stop);
  EXPECT_EQ(result.stop->reason, "enough");
  EXPECT_EQ(result.stop->by, "lambda_callback");
}

TEST(LambdaCallback, JsonWarnsAtABatch) {
  CallbackScene stage;
  const FitResult result = stage.fit(
      {.epochs = 2,
       .callbacks = {from_json(R"("on_train_batch_end": "warn", "batch": 1, "text": "look")")}});
  EXPECT_THAT(texts_of(result.warnings),
              ElementsAre("lambda_callback.told: look", "lambda_callback.told: look"));
}

TEST(LambdaCallback, JsonRaises) {
  CallbackScene stage(keras());
  const FitResult result =
      stage.fit({.callbacks = {from_json(R"("on_train_begin": "raise", "text": "no")")}});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->type, "ValueError");
  EXPECT_EQ(result.error->message, "no");
}

TEST(LambdaCallback, JsonActsBeforeTheFirstHook) {
  CallbackScene stage;
  const FitResult result =
      stage.fit({.callbacks = {from_json(R"("set_session": "raise", "text": "no")")}});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->phase, "set_session");
  EXPECT_EQ(result.error->message, "no");
}

TEST(LambdaCallback, JsonTakesAStopBackWhereThatCounts) {
  const auto epochs_with = [](const Policy& policy) {
    CallbackScene stage(policy);
    return stage
        .fit({.epochs = 3,
              .callbacks = {from_json(R"("on_epoch_end": "request_stop", "epoch": 0)"),
                            from_json(R"("on_epoch_end": "withdraw_stop", "epoch": 0)")}})
        .history.epochs()
        .size();
  };
  EXPECT_EQ(epochs_with(keras()), 3U);
  EXPECT_EQ(epochs_with(hardened()), 1U);
}

TEST(LambdaCallback, JsonHooksAndActionsHaveNames) {
  std::string wrong;
  callback_from(R"({"kind": "lambda_callback", "on_epoch_ended": "warn", "on_test_end": "stop"})",
                &wrong);
  EXPECT_EQ(wrong,
            "/on_test_end \"stop\" is unknown; can be nothing, request_stop, withdraw_stop, "
            "stop_evaluating, stop_predicting, warn and raise\n"
            "/on_epoch_ended is not a known key; did you mean \"on_epoch_end\"?\n");
}

}  // namespace
}  // namespace trainwreck
