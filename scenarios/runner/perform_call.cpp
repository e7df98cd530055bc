#include "scenarios/runner/perform_call.h"

#include "engine/base/check.h"
#include "engine/callbacks/probe.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "trainwreck/data.h"

namespace trainwreck {
namespace {

void take(RunResult& result, CallOutcome& outcome) {
  outcome.status = result.status;
  outcome.error = std::move(result.error);
  outcome.suppressed = std::move(result.suppressed);
  outcome.warnings = std::move(result.warnings);
}

std::map<std::string, double> as_map(const Logs& logs) {
  std::map<std::string, double> map;
  for (const Logs::Item& item : logs.items()) map[item.key.name()] = item.value;
  return map;
}

void fit(const CallRequest& call, CallOutcome& outcome) {
  FitResult result = call.trainer.fit(call.data, call.options);
  take(result, outcome);
  outcome.history = std::move(result.history);
  outcome.stop = std::move(result.stop);
  outcome.steps = result.steps;
  outcome.resumed = std::move(result.resumed);
}

void evaluate(const CallRequest& call, CallOutcome& outcome) {
  EvaluateResult result = call.trainer.evaluate(call.data, {.callbacks = call.options.callbacks});
  take(result, outcome);
  outcome.metrics = as_map(result.metrics);
  outcome.history = call.trainer.history();
}

void predict(const CallRequest& call, CallOutcome& outcome) {
  PredictResult result = call.trainer.predict(call.data, {.callbacks = call.options.callbacks});
  take(result, outcome);
  outcome.predictions.assign(result.predictions.values().begin(),
                             result.predictions.values().end());
  outcome.history = call.trainer.history();
}

void on_batch(const CallRequest& call, CallOutcome& outcome) {
  Batch batch;
  call.data.start_pass({});
  call.data.fetch(call.batch, batch);
  if (call.action == Action::train_on_batch) {
    outcome.metrics = as_map(call.trainer.train_on_batch(batch));
  } else if (call.action == Action::test_on_batch) {
    outcome.metrics = as_map(call.trainer.test_on_batch(batch));
  } else {
    const Tensor predictions = call.trainer.predict_on_batch(batch.x);
    outcome.predictions.assign(predictions.values().begin(), predictions.values().end());
  }
  outcome.history = call.trainer.history();
}

// The loop that people write themselves: train_on_batch with an explicit list of callbacks.
void hand_loop(const CallRequest& call, CallOutcome& outcome) {
  LoopState state(call.trainer.model(), call.policy, call.seams);
  Session& session = state.session;
  CallbackList callbacks(state, call.options.callbacks);
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
  outcome.history = session.history();
  outcome.stop = session.stop_demand();
}

}  // namespace

void call_again(World::Again what, Trainer& trainer, DataSource& data) {
  if (what == World::Again::fit) {
    trainer.fit(data, {.epochs = 1, .callbacks = {std::make_shared<Probe>("inner")}}).rethrow();
  } else {
    trainer.evaluate(data).rethrow();
  }
}

void perform_call(const CallRequest& call, CallOutcome& outcome) {
  switch (call.action) {
    case Action::fit:
      return fit(call, outcome);
    case Action::evaluate:
      return evaluate(call, outcome);
    case Action::predict:
      return predict(call, outcome);
    case Action::hand_loop:
      return hand_loop(call, outcome);
    case Action::check_data:
    case Action::restart:
      TRAINWRECK_CHECK(false, "no call of the trainer");
    default:
      return on_batch(call, outcome);
  }
}

}  // namespace trainwreck
