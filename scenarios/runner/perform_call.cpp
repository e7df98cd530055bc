#include "scenarios/runner/perform_call.h"

#include "engine/base/check.h"
#include "engine/callbacks/probe.h"
#include "engine/loop/callback_list.h"
#include "engine/model/data_source.h"

namespace trainwreck {
namespace {

void take(RunResult& result, CallOutcome& came) {
  came.status = result.status;
  came.error = std::move(result.error);
  came.suppressed = std::move(result.suppressed);
  came.warnings = std::move(result.warnings);
}

std::map<std::string, double> as_map(const Logs& logs) {
  std::map<std::string, double> map;
  for (const Logs::Item& item : logs.items()) map[item.key.name()] = item.value;
  return map;
}

void fit(const StoryCall& call, CallOutcome& came) {
  FitResult result = call.trainer.fit(call.data, call.options);
  take(result, came);
  came.history = std::move(result.history);
  came.stop = std::move(result.stop);
  came.steps = result.steps;
}

void evaluate(const StoryCall& call, CallOutcome& came) {
  EvaluateResult result = call.trainer.evaluate(call.data, {.callbacks = call.options.callbacks});
  take(result, came);
  came.metrics = as_map(result.metrics);
  came.history = call.trainer.history();
}

void predict(const StoryCall& call, CallOutcome& came) {
  PredictResult result = call.trainer.predict(call.data, {.callbacks = call.options.callbacks});
  take(result, came);
  came.predictions.assign(result.predictions.values().begin(), result.predictions.values().end());
  came.history = call.trainer.history();
}

void on_batch(const StoryCall& call, CallOutcome& came) {
  Batch batch;
  call.data.start_pass({});
  call.data.fetch(call.batch, batch);
  if (call.action == Action::train_on_batch) {
    came.metrics = as_map(call.trainer.train_on_batch(batch));
  } else if (call.action == Action::test_on_batch) {
    came.metrics = as_map(call.trainer.test_on_batch(batch));
  } else {
    const Tensor predictions = call.trainer.predict_on_batch(batch.x);
    came.predictions.assign(predictions.values().begin(), predictions.values().end());
  }
  came.history = call.trainer.history();
}

// The loop that people write themselves: train_on_batch with an explicit list of callbacks.
void hand_loop(const StoryCall& call, CallOutcome& came) {
  Session session(call.trainer.model(), call.policy, call.seams);
  CallbackList callbacks(session, call.options.callbacks);
  Batch batch;
  Logs logs;
  callbacks.on_train_begin();
  for (std::int64_t epoch = 0; epoch < call.options.epochs; ++epoch) {
    callbacks.on_epoch_begin(epoch);
    call.data.start_pass({.number = epoch});
    for (std::int64_t index = 0; index < call.data.length().value_or(0); ++index) {
      call.data.fetch(index, batch);
      callbacks.on_train_batch_begin(index);
      logs = call.trainer.train_on_batch(batch);
      callbacks.on_train_batch_end(index, logs);
    }
    callbacks.on_epoch_end(epoch, logs);
    if (session.stop_requested()) break;
  }
  callbacks.on_train_end(logs);
  came.history = session.history();
  came.stop = session.stop_demand();
}

}  // namespace

void call_again(World::Again what, Trainer& trainer, DataSource& data) {
  if (what == World::Again::fit) {
    trainer.fit(data, {.epochs = 1, .callbacks = {std::make_shared<Probe>("inner")}}).rethrow();
  } else {
    trainer.evaluate(data).rethrow();
  }
}

void make_call(const StoryCall& call, CallOutcome& came) {
  switch (call.action) {
    case Action::fit:
      return fit(call, came);
    case Action::evaluate:
      return evaluate(call, came);
    case Action::predict:
      return predict(call, came);
    case Action::hand_loop:
      return hand_loop(call, came);
    case Action::check_data:
    case Action::restart:
      TRAINWRECK_CHECK(false, "no call of the trainer");
    default:
      return on_batch(call, came);
  }
}

}  // namespace trainwreck
