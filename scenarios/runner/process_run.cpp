#include "scenarios/runner/process_run.h"

#include "engine/base/errors.h"
#include "engine/loop/error_ledger.h"
#include "engine/saving/checkpointing.h"
#include "faults/shims/shims.h"
#include "scenarios/language/build.h"
#include "scenarios/language/data_check.h"
#include "scenarios/listeners/epoch_recorder.h"
#include "scenarios/runner/perform_call.h"
#include "scenarios/runner/run_parts.h"
#include "trainwreck/model.h"

namespace trainwreck {

ProcessRun::ProcessRun(const Plan& plan, const Vocabulary& vocabulary, RunWorld& world,
                       std::int32_t run)
    : plan_(plan),
      setup_(plan.scenario.given),
      vocabulary_(vocabulary),
      world_(world),
      run_(run),
      seams_(world.seams()),
      context_{.catalogs = vocabulary.engine, .seams = seams_, .seed = plan.seed},
      struck_(world.wraps() ? hooks_struck(plan.scenario, vocabulary, context_) : HookMask{}) {
  world_.injector().set_run(run);
  model_ = build_model(setup_, context_);
  if (world_.wraps()) offer_compute(*model_, world_.injector());
  world_.watch(*model_);
  if (setup_.data) data_ = data_from(*setup_.data);
  if (setup_.validation) validation_ = data_from(*setup_.validation);
  for (const Part& part : setup_.callbacks) callbacks_.push_back(callback_from(part));
  list_again(setup_.listed_again, callbacks_);
  trainer_ = std::make_unique<Trainer>(*model_, seams_, plan_.policy);
  epochs_ = world_.epoch_recorder();
}

ProcessRun::~ProcessRun() = default;

std::vector<ParameterShape> ProcessRun::parameters() const {
  std::vector<ParameterShape> all;
  for (const ParameterInfo& info : model_->parameters().infos()) {
    all.push_back({.name = info.name, .shape = info.shape});
  }
  return all;
}

std::shared_ptr<DataSource> ProcessRun::data_from(const Part& part) {
  std::shared_ptr<DataSource> source = build_data(part, context_);
  if (!world_.wraps()) return source;
  return world_.watched(wrap(std::move(source), world_.injector()));
}

CallbackHandle ProcessRun::callback_from(const Part& part) {
  CallbackHandle callback = build_callback(part, context_);
  if (auto* posts = dynamic_cast<UsesNetwork*>(callback.get())) {
    if (auto network = world_.network()) posts->use_network(std::move(network));
  }
  return world_.wraps() ? wrap(callback, struck_, world_.injector()) : callback;
}

void ProcessRun::arm(const Chapter& chapter) {
  if (!world_.wraps()) return;
  for (const Part& part : chapter.when) {
    PlannedFault planned = planned_fault(part, vocabulary_, context_);
    if (plan_.harness == Harness::idle) planned.trigger.times = 0;
    world_.injector().plan(std::move(planned));
  }
}

CallOutcome ProcessRun::call(const Chapter& chapter) {
  arm(chapter);
  world_.injector().begin_call();
  world_.begin_call({.run = run_, .call = calls_++}, *model_);
  CallOutcome outcome;
  outcome.began = world_.injector().now();
  try {
    perform(chapter, outcome);
    outcome.swallowed_death = world_.injector().dead();
  } catch (const Death& death) {
    outcome.ending = Ending::died;
    outcome.cause = std::string(death.cause);
    outcome.status = Status::failed;
    outcome.history = trainer_->history();
  } catch (...) {
    outcome.error = describe(std::current_exception());
    outcome.status = Status::failed;
  }
  look_at_model(outcome);
  world_.end_call(outcome);
  if (epochs_) {
    outcome.epochs = epochs_->take();
    outcome.callbacks = states_of(listed_);
  }
  world_.injector().disarm_all();
  return outcome;
}

void ProcessRun::perform(const Chapter& chapter, CallOutcome& outcome) {
  if (chapter.action == Action::check_data) return check_data(chapter, outcome);
  const std::shared_ptr<DataSource> data = chapter.data ? data_from(*chapter.data) : data_;
  world_.on_call_again([&](World::Again what) { call_again(what, *trainer_, *data); });
  perform_call({.action = chapter.action,
                .trainer = *trainer_,
                .data = *data,
                .batch = chapter.batch,
                .options = options_for(chapter),
                .policy = plan_.policy,
                .seams = seams_},
               outcome);
}

// A check makes sources of its own: it needs two that nobody has touched.
void ProcessRun::check_data(const Chapter& chapter, CallOutcome& outcome) {
  const Part& part = chapter.data ? *chapter.data : *setup_.data;
  const ScriptResult result = run_check(*chapter.check, [&] { return build_data(part, context_); });
  if (!result.finding) return;
  outcome.status = Status::failed;
  outcome.error = ErrorRecord{.type = result.finding->broken.shape ? "ShapeError" : "BadBatch",
                              .message = text_of(result.finding->broken, result.finding->batch),
                              .phase = "check_data",
                              .batch = result.finding->batch};
}

CallOutcome ProcessRun::clean_fit() {
  if (setup_.data && !data_->traits().replayable) data_ = data_from(*setup_.data);
  return call(Chapter{});
}

std::vector<CallbackHandle> ProcessRun::callbacks_for(const Chapter& chapter) {
  std::vector<CallbackHandle> all = callbacks_;
  for (const Part& part : chapter.callbacks) all.push_back(callback_from(part));
  if (epochs_) all.emplace_back(epochs_);
  listed_ = all;
  return all;
}

FitOptions ProcessRun::options_for(const Chapter& chapter) {
  FitOptions options = fit_options(chapter.fit ? *chapter.fit : setup_.fit);
  options.validation = validation_;
  options.callbacks = callbacks_for(chapter);
  return options;
}

void ProcessRun::look_at_model(CallOutcome& outcome) {
  const auto weights = model_->parameters().values();
  outcome.weights.assign(weights.begin(), weights.end());
  outcome.learning_rate = static_cast<double>(model_->optimizer().learning_rate());
  outcome.iterations = model_->optimizer().iterations();
}

}  // namespace trainwreck
