#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/error_ledger.h"
#include "engine/saving/checkpointing.h"
#include "faults/shims/shims.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/build.h"
#include "scenarios/language/data_check.h"
#include "scenarios/listeners/epoch_recorder.h"
#include "scenarios/runner/perform_call.h"
#include "scenarios/runner/power_cut.h"
#include "scenarios/runner/real_run.h"
#include "scenarios/runner/run_parts.h"
#include "scenarios/runner/simulated_world.h"
#include "trainwreck/model.h"
#include "trainwreck/trainer.h"

namespace trainwreck {
namespace {

// What lives until a restart.
struct Process {
  std::unique_ptr<Model> model;
  std::shared_ptr<DataSource> data;
  std::shared_ptr<DataSource> validation;
  std::vector<CallbackHandle> callbacks;
  std::unique_ptr<Trainer> trainer;
  std::vector<CallbackHandle> listed;       // of the latest call
  std::shared_ptr<EpochRecorder> recorder;  // where somebody asks for it
};

class SimulatedRun {
 public:
  SimulatedRun(const Plan& plan, const Vocabulary& vocabulary)
      : plan_(plan),
        setup_(plan.scenario.given),
        vocabulary_(vocabulary),
        world_(plan),
        seams_(bare() ? world_.bare_seams() : world_.seams()),
        context_{.catalogs = vocabulary.engine, .seams = seams_, .seed = plan.seed} {}

  Outcome run() {
    play_all();
    return finish();
  }
  // Tells the story, and then asks the engine that lived through it for one more fit.
  Refit refit();

 private:
  bool bare() const { return plan_.harness == Harness::absent; }
  void play_all() {
    process_ = begin_process();
    for (const Chapter& chapter : plan_.scenario.chapters) play(chapter);
  }
  Process begin_process();
  void play(const Chapter& chapter);
  void call(const Chapter& chapter);
  void make(const Chapter& chapter, CallOutcome& outcome);
  void check_data(const Chapter& chapter, CallOutcome& outcome);
  void arm(const Chapter& chapter);
  std::shared_ptr<DataSource> offered(const Part& part);
  CallbackHandle offered_callback(const Part& part);
  std::vector<CallbackHandle> callbacks_for(const Chapter& chapter);
  FitOptions options_for(const Chapter& chapter);
  CallOutcome clean_fit();
  Resources resources();
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

std::shared_ptr<DataSource> SimulatedRun::offered(const Part& part) {
  std::shared_ptr<DataSource> source = build_data(part, context_);
  if (bare()) return source;
  source = wrap(std::move(source), world_.injector());
  return plan_.evidence.checksums ? with_checksums(std::move(source), world_.checksums()) : source;
}

CallbackHandle SimulatedRun::offered_callback(const Part& part) {
  CallbackHandle callback = build_callback(part, context_);
  if (auto* posts = dynamic_cast<UsesNetwork*>(callback.get())) {
    posts->use_network(world_.network());
  }
  return bare() ? callback
                : wrap(callback, hooks_struck(plan_.scenario, vocabulary_, context_),
                       world_.injector());
}

Process SimulatedRun::begin_process() {
  Process process;
  process.model = build_model(setup_, context_);
  if (!bare()) offer_compute(*process.model, world_.injector());
  if (plan_.evidence.checksums) watch_features(*process.model, world_.checksums());
  if (setup_.data) process.data = offered(*setup_.data);
  if (setup_.validation) process.validation = offered(*setup_.validation);
  for (const Part& part : setup_.callbacks) {
    process.callbacks.push_back(offered_callback(part));
  }
  list_again(setup_.listed_again, process.callbacks);
  process.trainer = std::make_unique<Trainer>(*process.model, seams_, plan_.policy);
  if (plan_.evidence.states) process.recorder = std::make_shared<EpochRecorder>(world_.disk());
  return process;
}

void SimulatedRun::arm(const Chapter& chapter) {
  for (const Part& part : chapter.when) {
    PlannedFault planned = planned_fault(part, vocabulary_, context_);
    if (plan_.harness == Harness::idle) planned.trigger.times = 0;
    world_.injector().plan(std::move(planned));
  }
}

void SimulatedRun::play(const Chapter& chapter) {
  if (chapter.action == Action::restart) {
    process_ = {};
    world_.restart(chapter.loses);
    ++runs_;
    calls_ = 0;
    world_.injector().set_run(runs_);
    process_ = begin_process();
    return;
  }
  if (!bare()) arm(chapter);
  call(chapter);
  world_.injector().disarm_all();
}

void look_at(Model& model, CallOutcome& outcome) {
  const auto weights = model.parameters().values();
  outcome.weights.assign(weights.begin(), weights.end());
  outcome.learning_rate = static_cast<double>(model.optimizer().learning_rate());
  outcome.iterations = model.optimizer().iterations();
}

void SimulatedRun::call(const Chapter& chapter) {
  world_.injector().begin_call();
  world_.recorder().set_place(runs_, calls_++);
  world_.weights().watch(process_.model.get(), world_.injector().now());
  world_.hook_timer().begin_call();
  CallOutcome outcome;
  outcome.began = world_.injector().now();
  try {
    make(chapter, outcome);
    outcome.swallowed_death = world_.injector().dead();
  } catch (const Death& death) {
    outcome.ending = Ending::died;
    outcome.cause = std::string(death.cause);
    outcome.status = Status::failed;
    outcome.history = process_.trainer->history();
  } catch (...) {
    outcome.error = describe(std::current_exception());
    outcome.status = Status::failed;
  }
  world_.hook_timer().end_call();
  look_at(*process_.model, outcome);
  outcome.files = world_.disk().files();
  outcome.files_left_open = world_.disk().open_files();
  if (process_.recorder) {
    outcome.epochs = process_.recorder->take();
    outcome.callbacks = states_of(process_.listed);
  }
  outcome_.calls.push_back(std::move(outcome));
}

void SimulatedRun::make(const Chapter& chapter, CallOutcome& outcome) {
  if (chapter.action == Action::check_data) return check_data(chapter, outcome);
  const std::shared_ptr<DataSource> data = chapter.data ? offered(*chapter.data) : process_.data;
  world_.on_call_again([&](World::Again what) { call_again(what, *process_.trainer, *data); });
  perform_call({.action = chapter.action,
                .trainer = *process_.trainer,
                .data = *data,
                .batch = chapter.batch,
                .options = options_for(chapter),
                .policy = plan_.policy,
                .seams = seams_},
               outcome);
}

std::vector<CallbackHandle> SimulatedRun::callbacks_for(const Chapter& chapter) {
  std::vector<CallbackHandle> all = process_.callbacks;
  for (const Part& part : chapter.callbacks) {
    all.push_back(offered_callback(part));
  }
  if (process_.recorder) all.emplace_back(process_.recorder);
  process_.listed = all;
  return all;
}

FitOptions SimulatedRun::options_for(const Chapter& chapter) {
  FitOptions options = fit_options(chapter.fit ? *chapter.fit : setup_.fit);
  options.validation = process_.validation;
  options.callbacks = callbacks_for(chapter);
  return options;
}

Resources SimulatedRun::resources() {
  return {.memory_peak = world_.memory().peak(),
          .memory_peak_by_purpose = world_.memory_meter().peaks(),
          .memory_left_reserved = world_.memory().in_use(),
          .tasks_left = world_.tasks(),
          .files_left_open = world_.disk().open_files()};
}

// Of sources of its own: a check needs two that nobody has touched.
void SimulatedRun::check_data(const Chapter& chapter, CallOutcome& outcome) {
  const Part& part = chapter.data ? *chapter.data : *setup_.data;
  const ScriptResult result = run_check(*chapter.check, [&] { return build_data(part, context_); });
  if (!result.finding) return;
  outcome.status = Status::failed;
  outcome.error = ErrorRecord{.type = result.finding->broken.shape ? "ShapeError" : "BadBatch",
                              .message = text_of(result.finding->broken, result.finding->batch),
                              .phase = "check_data",
                              .batch = result.finding->batch};
}

Outcome SimulatedRun::finish() {
  for (const ParameterInfo& info : process_.model->parameters().infos()) {
    outcome_.parameters.push_back(info.name);
  }
  process_ = {};
  outcome_.trace = world_.recorder().take();
  outcome_.trace.fields = fields_of(plan_.evidence);
  outcome_.files = world_.disk().files();
  outcome_.weights = world_.weights().take();
  outcome_.alerts = world_.network()->take();
  outcome_.hook_times_ns = world_.hook_timer().times();
  outcome_.calls_time_ns = world_.hook_timer().calls_time();
  if (plan_.evidence.disk) {
    outcome_.disk =
        DiskRecord{world_.disk().start(), world_.disk().operations(), world_.promises().take()};
  }
  for (const PlannedFault& planned : world_.injector().planned()) {
    outcome_.faults.push_back(
        {.kind = planned.kind, .fired = planned.fired, .pointer = planned.pointer});
  }
  outcome_.resources = resources();
  return std::move(outcome_);
}

CallOutcome SimulatedRun::clean_fit() {
  if (setup_.data && !process_.data->traits().replayable) process_.data = offered(*setup_.data);
  call(Chapter{});
  CallOutcome outcome = std::move(outcome_.calls.back());
  outcome_.calls.pop_back();
  return outcome;
}

Refit SimulatedRun::refit() {
  play_all();
  if (world_.injector().dead()) return {.trouble = "the process died"};
  Plan fresh_plan = plan_;
  fresh_plan.scenario.given.files = world_.disk().files();
  SimulatedRun fresh(fresh_plan, vocabulary_);
  fresh.process_ = fresh.begin_process();
  if (process_.model->built()) restore_model(capture_model(*process_.model), *fresh.process_.model);
  return {.again = clean_fit(), .clean = fresh.clean_fit()};
}

// The plan of another run to lay beside the one at hand.
Plan beside(const Plan& plan, Harness harness) {
  Plan other = plan;
  other.harness = harness;
  other.evidence = {};
  return other;
}

std::shared_ptr<const Outcome> run_beside(const Plan& plan, const Vocabulary& vocabulary) {
  return std::make_shared<const Outcome>(SimulatedRun(plan, vocabulary).run());
}

}  // namespace

Outcome run(const Plan& plan, const Vocabulary& vocabulary) {
  if (plan.scenario.real_process) return run_for_real(plan, vocabulary);
  Outcome outcome = SimulatedRun(plan, vocabulary).run();
  const EvidenceRequest& evidence = plan.evidence;
  if (evidence.refit) outcome.refit = SimulatedRun(beside(plan, plan.harness), vocabulary).refit();
  if (evidence.twin) outcome.twin = run_beside(beside(plan, Harness::idle), vocabulary);
  if (evidence.bare) outcome.bare = run_beside(beside(plan, Harness::absent), vocabulary);
  if (plan.scenario.power_cut) {
    outcome.power_cuts = cut_power_everywhere(plan, outcome, vocabulary);
  }
  return outcome;
}

}  // namespace trainwreck
