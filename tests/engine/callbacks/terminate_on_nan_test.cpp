#include "engine/callbacks/terminate_on_nan.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using testing::error_of;
using testing::kNan;
using testing::ScriptedWorld;

struct Fixture {
  void end_batch(TerminateOnNan& callback, double loss, Status status = Status::completed) {
    Logs logs;
    logs.set("loss", loss);
    Event event{session, 3, 2, logs, status};
    callback.on_train_batch_end(event);
  }
  ScriptedWorld world;
  std::unique_ptr<Model> model = testing::small_model();
  LoopState state{*model, keras(), world.seams()};
  Session& session = state.session;
};

TEST(TerminateOnNan, StopsForNanAndForInfinity) {
  for (const double loss :
       {kNan, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    Fixture fixture;
    TerminateOnNan callback;
    fixture.end_batch(callback, 1e300);
    EXPECT_FALSE(fixture.session.stop_requested());
    fixture.end_batch(callback, loss);
    EXPECT_TRUE(fixture.session.stop_requested()) << loss;
  }
}

TEST(TerminateOnNan, SaysWhereTheLossBroke) {
  Fixture fixture;
  TerminateOnNan callback;
  fixture.end_batch(callback, kNan);
  EXPECT_EQ(fixture.session.stop_demand()->reason,
            "TerminateOnNaN: the loss is nan at epoch 2, batch 3");
}

TEST(TerminateOnNan, RaiseErrorFailsTheRunInsteadOfStoppingIt) {
  Fixture fixture;
  TerminateOnNan callback({.raise_error = true});
  EXPECT_EQ(error_of<NonFinite>([&] { fixture.end_batch(callback, kNan); }),
            "TerminateOnNaN: the loss is nan at epoch 2, batch 3");
  EXPECT_FALSE(fixture.session.stop_requested());
}

TEST(TerminateOnNan, LooksAtNothingButTheLoss) {
  Fixture fixture;
  TerminateOnNan callback;
  Logs logs;
  logs.set("val_loss", kNan);
  logs.set("mae", kNan);
  Event event{fixture.session, 0, 0, logs};
  callback.on_train_batch_end(event);
  EXPECT_FALSE(fixture.session.stop_requested());
}

TEST(TerminateOnNan, IsBuiltFromJson) {
  const CallbackHandle handle =
      callback_from(R"({"kind": "terminate_on_nan", "raise_error": true})");
  ASSERT_TRUE(handle);
  Fixture fixture;
  EXPECT_THROW(fixture.end_batch(dynamic_cast<TerminateOnNan&>(*handle.get()), kNan), NonFinite);
}

// Row "terminate_on_nan" of docs/callbacks_and_status.md.
TEST(StatusTableTerminateOnNan, IgnoresBatchesThatBrokeOff) {
  for (const Status status : {Status::failed, Status::interrupted}) {
    Fixture fixture;
    TerminateOnNan callback;
    fixture.end_batch(callback, kNan, status);
    EXPECT_FALSE(fixture.session.stop_requested()) << name_of(status);
  }
}

TEST(StatusTableTerminateOnNan, DoesNothingWhenEpochsAndTrainingsEnd) {
  const CallbackHandle handle = std::make_shared<TerminateOnNan>();
  EXPECT_EQ(handle.hooks(), mask_of(Hook::train_batch_end));
}

}  // namespace
}  // namespace trainwreck
