#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/checkpointing.h"
#include "engine/loop/error_ledger.h"
#include "engine/model/model.h"
#include "engine/trainer/trainer.h"
#include "faults/shims/shims.h"
#include "scenarios/build.h"
#include "scenarios/data_check.h"
#include "scenarios/epoch_witness.h"
#include "scenarios/stages.h"
#include "scenarios/world.h"

namespace trainwreck {
namespace {

// What lives until a restart.
struct Process {
  std::unique_ptr<Model> model;
  std::shared_ptr<DataSource> data;
  std::shared_ptr<DataSource> validation;
  std::vector<CallbackHandle> callbacks;
  std::unique_ptr<Trainer> trainer;
  std::vector<CallbackHandle> listed;     // of the latest call
  std::shared_ptr<EpochWitness> witness;  // where somebody asks for it
};

class Story {
 public:
  Story(const Plan& plan, const Vocabulary& vocabulary)
      : plan_(plan),
        setup_(plan.scenario.given),
        vocabulary_(vocabulary),
        world_(plan),
        seams_(world_.seams()),
        context_{.catalogs = vocabulary.engine, .seams = seams_, .seed = plan.seed} {}

  Outcome tell() {
    process_ = begin_process();
    for (const Chapter& chapter : plan_.scenario.chapters) play(chapter);
    return finish();
  }

 private:
  Process begin_process();
  void play(const Chapter& chapter);
  void call(const Chapter& chapter);
  void do_action(const Chapter& chapter, CallOutcome& came);
  void do_on_batch(const Chapter& chapter, CallOutcome& came, DataSource& data);
  void hand_loop(const Chapter& chapter, DataSource& data);
  void check_data(const Chapter& chapter, CallOutcome& came);
  void arm(const Chapter& chapter);
  HookMask hooks_wanted() const;
  std::shared_ptr<DataSource> offered(const Part& part);
  std::vector<CallbackHandle> callbacks_for(const Chapter& chapter);
  FitOptions options_for(const Chapter& chapter);
  Outcome finish();

  const Plan& plan_;
  const Setup& setup_;
  const Vocabulary& vocabulary_;
  SimulatedWorld world_;
  Seams seams_;
  BuildContext context_;
  Process process_;
  Outcome outcome_;
  std::int32_t runs_ = 0;
  std::int32_t calls_ = 0;
};

std::shared_ptr<DataSource> Story::offered(const Part& part) {
  return offering(build_data(part, context_), world_.injector());
}

Process Story::begin_process() {
  Process process;
  process.model = build_model(setup_, context_);
  offer_compute(*process.model, world_.injector());
  if (setup_.data) process.data = offered(*setup_.data);
  if (setup_.validation) process.validation = offered(*setup_.validation);
  for (const Part& part : setup_.callbacks) {
    process.callbacks.push_back(
        offering(build_callback(part, context_), hooks_wanted(), world_.injector()));
  }
  process.trainer = std::make_unique<Trainer>(*process.model, seams_, plan_.policy);
  if (plan_.evidence.states) process.witness = std::make_shared<EpochWitness>(world_.disk());
  return process;
}

// Hooks that some fault of the story strikes: callbacks listen there even if they do not care.
HookMask Story::hooks_wanted() const {
  HookMask mask = 0;
  for (const Chapter& chapter : plan_.scenario.chapters) {
    for (const Part& part : chapter.when) {
      Trigger trigger;
      build_fault(part, vocabulary_, context_, trigger);
      const auto site = static_cast<std::size_t>(trigger.site);
      if (site < kHooks) mask |= mask_of(static_cast<Hook>(site));
    }
  }
  return mask;
}

void Story::arm(const Chapter& chapter) {
  for (const Part& part : chapter.when) {
    PlannedFault planned;
    planned.fault = build_fault(part, vocabulary_, context_, planned.trigger);
    Diagnostics none;
    Params params = Params::parse(part.json, none);
    planned.kind = kind_of(params);
    planned.pointer = part.pointer;
    world_.injector().plan(std::move(planned));
  }
}

void Story::play(const Chapter& chapter) {
  if (chapter.action == Action::restart) {
    process_ = {};
    world_.restart(chapter.loses);
    ++runs_;
    calls_ = 0;
    world_.injector().set_run(runs_);
    process_ = begin_process();
    return;
  }
  arm(chapter);
  call(chapter);
  world_.injector().disarm_all();
}

void Story::call(const Chapter& chapter) {
  world_.injector().begin_call();
  world_.recorder().set_place(runs_, calls_++);
  world_.weights().watch(process_.model.get(), world_.injector().now());
  CallOutcome came;
  came.began = world_.injector().now();
  try {
    do_action(chapter, came);
  } catch (const Death& death) {
    came.ending = Ending::died;
    came.cause = std::string(death.cause);
    came.status = Status::failed;
    came.history = process_.trainer->history();
  } catch (...) {
    came.error = describe(std::current_exception());
    came.status = Status::failed;
  }
  const auto weights = process_.model->parameters().values();
  came.weights.assign(weights.begin(), weights.end());
  came.learning_rate = static_cast<double>(process_.model->optimizer().learning_rate());
  came.iterations = process_.model->optimizer().iterations();
  came.files = world_.disk().files();
  came.files_left_open = world_.disk().open_files();
  if (process_.witness) {
    came.epochs = process_.witness->take();
    came.callbacks = states_of(process_.listed);
  }
  outcome_.calls.push_back(std::move(came));
}

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

std::vector<CallbackHandle> Story::callbacks_for(const Chapter& chapter) {
  std::vector<CallbackHandle> all = process_.callbacks;
  for (const Part& part : chapter.callbacks) {
    all.push_back(offering(build_callback(part, context_), hooks_wanted(), world_.injector()));
  }
  if (process_.witness) all.emplace_back(process_.witness);
  process_.listed = all;
  return all;
}

FitOptions Story::options_for(const Chapter& chapter) {
  const FitCall& fit = chapter.fit ? *chapter.fit : setup_.fit;
  return {.epochs = fit.epochs,
          .initial_epoch = fit.initial_epoch,
          .steps_per_epoch = fit.steps_per_epoch,
          .validation = process_.validation,
          .validation_split = fit.validation_split,
          .validation_steps = fit.validation_steps,
          .validation_freq = {.every = fit.validation_every, .epochs = fit.validation_epochs},
          .shuffle = fit.shuffle,
          .class_weight = fit.class_weight,
          .callbacks = callbacks_for(chapter)};
}

void Story::do_action(const Chapter& chapter, CallOutcome& came) {
  const std::shared_ptr<DataSource> data = chapter.data ? offered(*chapter.data) : process_.data;
  Trainer& trainer = *process_.trainer;
  switch (chapter.action) {
    case Action::fit: {
      FitResult result = trainer.fit(*data, options_for(chapter));
      take(result, came);
      came.history = std::move(result.history);
      came.stop = std::move(result.stop);
      came.steps = result.steps;
      return;
    }
    case Action::evaluate: {
      EvaluateResult result = trainer.evaluate(*data, {.callbacks = callbacks_for(chapter)});
      take(result, came);
      came.metrics = as_map(result.metrics);
      return;
    }
    case Action::predict: {
      PredictResult result = trainer.predict(*data, {.callbacks = callbacks_for(chapter)});
      take(result, came);
      const auto values = result.predictions.values();
      came.predictions.assign(values.begin(), values.end());
      return;
    }
    case Action::hand_loop:
      return hand_loop(chapter, *data);
    case Action::check_data:
      return check_data(chapter, came);
    case Action::restart:
      TRAINWRECK_CHECK(false, "a restart is no call");
    default:
      return do_on_batch(chapter, came, *data);
  }
}

void Story::do_on_batch(const Chapter& chapter, CallOutcome& came, DataSource& data) {
  Batch batch;
  data.start_pass({});
  data.fetch(0, batch);
  Trainer& trainer = *process_.trainer;
  if (chapter.action == Action::train_on_batch) {
    came.metrics = as_map(trainer.train_on_batch(batch));
  } else if (chapter.action == Action::test_on_batch) {
    came.metrics = as_map(trainer.test_on_batch(batch));
  } else {
    const Tensor predictions = trainer.predict_on_batch(batch.x);
    came.predictions.assign(predictions.values().begin(), predictions.values().end());
  }
}

// The loop that people write themselves: train_on_batch with an explicit list of callbacks.
void Story::hand_loop(const Chapter& chapter, DataSource& data) {
  Session session(*process_.model, plan_.policy, seams_);
  CallbackList callbacks(session, callbacks_for(chapter));
  const FitCall& fit = chapter.fit ? *chapter.fit : setup_.fit;
  Batch batch;
  Logs logs;
  callbacks.on_train_begin();
  for (std::int64_t epoch = 0; epoch < fit.epochs; ++epoch) {
    callbacks.on_epoch_begin(epoch);
    data.start_pass({.number = epoch});
    for (std::int64_t index = 0; index < data.length().value_or(0); ++index) {
      data.fetch(index, batch);
      callbacks.on_train_batch_begin(index);
      logs = process_.trainer->train_on_batch(batch);
      callbacks.on_train_batch_end(index, logs);
    }
    callbacks.on_epoch_end(epoch, logs);
    if (session.stop_requested()) break;
  }
  callbacks.on_train_end(logs);
}

// Of sources of its own: a check needs two that nobody has touched.
void Story::check_data(const Chapter& chapter, CallOutcome& came) {
  const Part& part = chapter.data ? *chapter.data : *setup_.data;
  const ScriptResult result = run_check(*chapter.check, [&] { return build_data(part, context_); });
  if (!result.finding) return;
  came.status = Status::failed;
  came.error = ErrorRecord{.type = result.finding->broken.shape ? "ShapeError" : "BadBatch",
                           .message = text_of(result.finding->broken, result.finding->batch),
                           .phase = "check_data",
                           .batch = result.finding->batch};
}

Outcome Story::finish() {
  for (const ParameterInfo& info : process_.model->parameters().infos()) {
    outcome_.parameters.push_back(info.name);
  }
  process_ = {};
  outcome_.trace = world_.recorder().take();
  outcome_.files = world_.disk().files();
  outcome_.weights = world_.weights().take();
  for (const PlannedFault& planned : world_.injector().planned()) {
    outcome_.faults.push_back(
        {.kind = planned.kind, .fired = planned.fired, .pointer = planned.pointer});
  }
  outcome_.resources.memory_peak = world_.memory().peak();
  outcome_.resources.memory_left_reserved = world_.memory().in_use();
  outcome_.resources.files_left_open = world_.disk().open_files();
  outcome_.resources.tasks_left = world_.tasks();
  return std::move(outcome_);
}

}  // namespace

Outcome run(const Plan& plan, const Vocabulary& vocabulary) {
  return Story(plan, vocabulary).tell();
}

}  // namespace trainwreck
