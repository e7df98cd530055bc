#include "scenarios/runner/process_run.h"

#include "engine/loop/error_ledger.h"
#include "faults/shims/shims.h"
#include "scenarios/language/build.h"
#include "scenarios/runner/perform_call.h"
#include "scenarios/runner/run_parts.h"
#include "trainwreck/model.h"

namespace trainwreck {

ProcessRun::ProcessRun(const Plan& plan, const Vocabulary& vocabulary, ChildWorld& world,
                       std::int32_t run)
    : plan_(plan),
      setup_(plan.scenario.given),
      vocabulary_(vocabulary),
      world_(world),
      run_(run),
      seams_(world.seams()),
      context_{.catalogs = vocabulary.engine, .seams = seams_, .seed = plan.seed} {
  world_.injector().set_run(run);
  model_ = build_model(setup_, context_);
  offer_compute(*model_, world_.injector());
  if (setup_.data) data_ = offered(*setup_.data);
  if (setup_.validation) validation_ = offered(*setup_.validation);
  for (const Part& part : setup_.callbacks) {
    callbacks_.push_back(wrap(build_callback(part, context_),
                              hooks_struck(plan_.scenario, vocabulary_, context_),
                              world_.injector()));
  }
  list_again(setup_.listed_again, callbacks_);
  trainer_ = std::make_unique<Trainer>(*model_, seams_, plan_.policy);
}

ProcessRun::~ProcessRun() = default;

std::vector<std::string> ProcessRun::parameters() const {
  std::vector<std::string> names;
  for (const ParameterInfo& info : model_->parameters().infos()) names.push_back(info.name);
  return names;
}

std::shared_ptr<DataSource> ProcessRun::offered(const Part& part) {
  return wrap(build_data(part, context_), world_.injector());
}

void ProcessRun::arm(const Chapter& chapter) {
  for (const Part& part : chapter.when) {
    world_.injector().plan(planned_fault(part, vocabulary_, context_));
  }
}

CallOutcome ProcessRun::call(const Chapter& chapter) {
  arm(chapter);
  world_.injector().begin_call();
  world_.set_place(run_, calls_++);
  world_.weights().watch(model_.get(), world_.injector().now());
  CallOutcome outcome;
  outcome.began = world_.injector().now();
  try {
    const std::shared_ptr<DataSource> data = chapter.data ? offered(*chapter.data) : data_;
    world_.on_call_again([&](World::Again what) { call_again(what, *trainer_, *data); });
    perform_call({.action = chapter.action,
                  .trainer = *trainer_,
                  .data = *data,
                  .batch = chapter.batch,
                  .options = options_for(chapter),
                  .policy = plan_.policy,
                  .seams = seams_},
                 outcome);
  } catch (...) {
    outcome.error = describe(std::current_exception());
    outcome.status = Status::failed;
  }
  const auto weights = model_->parameters().values();
  outcome.weights.assign(weights.begin(), weights.end());
  outcome.learning_rate = static_cast<double>(model_->optimizer().learning_rate());
  outcome.iterations = model_->optimizer().iterations();
  world_.injector().disarm_all();
  return outcome;
}

std::vector<CallbackHandle> ProcessRun::callbacks_for(const Chapter& chapter) {
  std::vector<CallbackHandle> all = callbacks_;
  for (const Part& part : chapter.callbacks) {
    all.push_back(wrap(build_callback(part, context_),
                       hooks_struck(plan_.scenario, vocabulary_, context_), world_.injector()));
  }
  return all;
}

FitOptions ProcessRun::options_for(const Chapter& chapter) {
  FitOptions options = fit_options(chapter.fit ? *chapter.fit : setup_.fit);
  options.validation = validation_;
  options.callbacks = callbacks_for(chapter);
  return options;
}

}  // namespace trainwreck
