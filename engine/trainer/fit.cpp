#include "engine/trainer/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/attempt.h"
#include "engine/callbacks/history.h"
#include "engine/callbacks/progress_bar.h"
#include "engine/seams/tracer.h"
#include "engine/trainer/fit_options.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

// Keras's order: the user's callbacks, then History, then the progress bar.
std::vector<CallbackHandle> with_built_in(const FitOptions& options) {
  std::vector<CallbackHandle> all = options.callbacks;
  const bool has_history = std::any_of(all.begin(), all.end(), [](const CallbackHandle& handle) {
    return handle && handle->records_history();
  });
  if (!has_history) all.emplace_back(std::make_shared<HistoryCallback>());
  add_progress_bar(all, options.verbose);
  return all;
}

RunInfo info_of(const DataSource& data, const FitOptions& options, std::uint64_t seed) {
  return {.epochs = options.epochs,
          .initial_epoch = options.initial_epoch,
          .steps = options.steps_per_epoch,
          .has_validation = options.validation != nullptr || options.validation_split != 0.0,
          .verbose = options.verbose,
          .seed = seed,
          .source = data.traits().name,
          .worker = options.worker,
          .name = options.run};
}

}  // namespace

FitRun::FitRun(Trainer& trainer, DataSource& data, const FitOptions& options,
               RunningMetrics& metrics)
    : trainer_(trainer),
      data_(data),
      options_(options),
      validation_source_(options.validation),
      run_("fit", trainer.model_, trainer.policy_, trainer.seams_,
           info_of(data, options, trainer.model_.seed())),
      state_(run_.state()),
      policy_(state_.policy),
      outer_(std::exchange(trainer.fitting_, &state_)),
      metrics_(metrics),
      first_epoch_(options.initial_epoch) {}

// An inner fit shares the demand to stop with the fit around it, as both would by one flag.
FitRun::~FitRun() {
  trainer_.history_ = state_.history;
  trainer_.fitting_ = outer_;
  if (outer_ != nullptr) outer_->stop = state_.stop;
  if (was_split_) data_.rejoin();
}

FitResult FitRun::result() {
  FitResult result;
  run_.whole([&] {
    prepare();
    result.status = run_.scope(kTrain, -1, train_logs_, [&] {
      settle_start();
      const Status ended = all_epochs();
      run_.poll_signals();  // what came in the hooks of the last epoch
      return ended;
    });
  });
  run_.finish(result);
  result.history = state_.history;
  result.stop = state_.stop;
  result.steps = state_.position.step - steps_before_;
  result.resumed = std::move(resumed_);
  return result;
}

// Everything that can be refused before the first hook.
void FitRun::prepare() {
  state_.running_metrics = [this] { return metrics_.state(); };
  run_.stepper().set_class_weight(options_.class_weight);
  if (policy_.loop.option_checks == OptionChecks::before_training) check_fit_options(options_);
  warn_of_shuffle();
  split_data();
  feed_.emplace(data_,
                FeedOptions{.steps = options_.steps_per_epoch,
                            .shuffle = options_.shuffle,
                            .seed = state_.info.seed,
                            .first_pass = options_.steps_per_epoch ? 0 : options_.initial_epoch},
                state_.session);
  state_.info.steps = feed_->steps_due();
  warm_up();
  run_.enter(Phase::source);
  feed_->reset();
  if (policy_.loop.option_checks == OptionChecks::before_training && validation_source_) {
    validation();
  }
  run_.attach(with_built_in(options_));
  if (policy_.loop.early_demand == EarlyDemand::forgotten) state_.stop.reset();
}

void FitRun::split_data() {
  if (validation_source_ || options_.validation_split == 0.0) return;
  validation_source_ = data_.split_off(options_.validation_split);
  was_split_ = true;
}

// Before anything is drawn: who asked for it hears of it of an empty stream too.
void FitRun::warn_of_shuffle() {
  if (!options_.shuffle || policy_.data.stream_shuffle != StreamShuffle::warns) return;
  const SourceTraits traits = data_.traits();
  if (traits.access != Access::stream) return;
  state_.session.warn("data.shuffle_ignored",
                      fmt::format("{} has no order to shuffle", traits.name));
}

void FitRun::warm_up() {
  if (policy_.data.build_from != BuildFrom::peeked_batch || trainer_.warmed_) return;
  run_.warm_up(*feed_);
  trainer_.warmed_ = true;
}

Status FitRun::all_epochs() {
  Status ended = Status::completed;
  for (std::int64_t epoch = first_epoch_; epoch < options_.epochs; ++epoch) {
    if (stops_at_boundary()) return Status::stopped;
    const Status status = one_epoch(epoch);
    if (status == Status::exhausted && policy_.data.exhausted == Exhausted::ends_run) return status;
    if (state_.stop) return Status::stopped;
    if (status == Status::exhausted) ended = status;
  }
  return ended;
}

Status FitRun::one_epoch(std::int64_t epoch) {
  if (epoch != state_.position.epoch) state_.position.batch = 0;
  state_.position.epoch = epoch;
  epoch_logs_.clear();
  begin_metrics();
  const Status status = run_.scope(kEpoch, epoch, epoch_logs_, [&] {
    const Status trained = train_batches();
    metrics_.write(epoch_logs_);
    run_.enter(Phase::validation);
    if (due_for_validation(epoch)) validate();
    count_epoch(epoch, trained);
    return trained;
  });
  train_logs_ = epoch_logs_;
  return status;
}

// From nothing, or from where a resumed epoch was.
void FitRun::begin_metrics() {
  metrics_.reset();
  if (first_metrics_.empty()) return;
  metrics_.restore(first_metrics_);
  first_metrics_.clear();
}

// An epoch that was cut short is not done: whoever goes on from here does the rest of it.
void FitRun::count_epoch(std::int64_t epoch, Status trained) {
  const std::optional<std::int64_t> due = feed_->steps_due();
  const bool all_steps = due && state_.position.batch >= *due;
  if (trained == Status::stopped && !all_steps) return;
  state_.position.epoch = epoch + 1;
  state_.position.batch = 0;
}

Status FitRun::train_batches() {
  if (stops_at_boundary()) return Status::stopped;
  return run_.for_each_batch(*feed_, [this](const Batch& batch) { return one_batch(batch); });
}

Status FitRun::one_batch(const Batch& batch) {
  state_.position.batch = state_.batch_index;
  run_.stepper().receive(batch, true);
  const Status status = run_.scope(kTrainBatch, state_.batch_index, batch_logs_, [&] {
    if (stops_at_boundary()) return Status::stopped;
    step_over(batch);
    return Status::completed;
  });
  return state_.stop ? Status::stopped : status;
}

void FitRun::step_over(const Batch& batch) {
  Position& position = state_.position;
  const PassInfo info{.training = true, .epoch = state_.epoch, .batch = state_.batch_index};
  const StepResult step = stepped(batch, info);
  state_.seams.tracer().step_end({.epoch = info.epoch,
                                  .batch = info.batch,
                                  .step = position.step,
                                  .loss = static_cast<double>(step.loss),
                                  .outcome = step.outcome()});
  if (policy_.loop.interrupts == Interrupts::in_mid_batch) run_.poll_signals();
  state_.step_loss = static_cast<double>(step.loss);
  position.batch = info.batch + 1;
  if (step.committed) {
    ++position.step;
    run_.stepper().count(batch, metrics_);
  } else {
    tell_policy(step);
  }
  if (run_.listens(Hook::train_batch_end)) metrics_.write(batch_logs_);
}

// What fails once the optimizer has counted its step fails too late: the step is taken.
StepResult FitRun::stepped(const Batch& batch, const PassInfo& info) {
  const std::int64_t before = state_.model.optimizer().iterations();
  const std::int64_t number = state_.position.step;
  const Tracer tracer = state_.seams.tracer();
  tracer.step_begin({.epoch = info.epoch, .batch = info.batch, .step = number});
  StepResult result;
  attempt(
      [&] {
        result = options_.step != nullptr ? run_.stepper().train(batch, *options_.step)
                                          : run_.stepper().train(batch, info);
      },
      [&] {
        const bool taken = state_.model.optimizer().iterations() > before;
        if (taken) state_.position.batch = info.batch + 1;
        if (taken) ++state_.position.step;
        tracer.step_end(
            {.epoch = info.epoch,
             .batch = info.batch,
             .step = number,
             .outcome = taken ? traced::Stepping::committed : traced::Stepping::failed});
        throw;
      });
  return result;
}

// What the policy made of a step that was not taken.
void FitRun::tell_policy(const StepResult& step) {
  state_.seams.tracer().policy(
      {.choice = step.stop ? traced::Choosing::stop : traced::Choosing::skip,
       .who = run_.source_name(),
       .reason = step.reason,
       .epoch = state_.epoch,
       .batch = state_.batch_index});
  if (step.stop) {
    state_.session.request_stop(step.reason);
  } else {
    state_.session.warn("step.skipped", fmt::format("epoch {}, batch {} was skipped: {}",
                                                    state_.epoch, state_.batch_index, step.reason));
  }
}

bool FitRun::due_for_validation(std::int64_t epoch) const {
  return validation_source_ && is_due(options_.validation_freq, epoch);
}

Validation& FitRun::validation() {
  if (!validation_) {
    validation_.emplace(run_, metrics_, *validation_source_, options_.validation_steps,
                        state_.info.seed);
  }
  return *validation_;
}

// The epoch's own metrics are written already, so the evaluation may use the same counters.
void FitRun::validate() {
  validation().rewind();
  Logs measured;
  validation().evaluate(measured);
  for (const Logs::Item& item : measured.items()) {
    epoch_logs_.set("val_" + item.key.name(), item.value);
  }
  epoch_logs_.sort_by_name();
}

// Where to begin, once every callback had its say in on_train_begin.
void FitRun::settle_start() {
  const std::optional<Position>& resumed = state_.resume;
  if (resumed) first_epoch_ = resumed->epoch;
  if (policy_.loop.resumed_epoch == ResumedEpoch::sticks_to_the_model) {
    if (resumed) trainer_.resumed_epoch_ = resumed->epoch;
    const std::int64_t stuck = trainer_.resumed_epoch_;
    first_epoch_ = stuck != 0 ? stuck : options_.initial_epoch;
  }
  if (!resumed) return;
  state_.position = *resumed;
  steps_before_ = resumed->step;
  const bool starts_over = policy_.data.resumed_data == ResumedData::starts_over;
  if (starts_over) state_.position.batch = 0;
  resumed_ = {.position = state_.position, .file = state_.resume_file};
  if (starts_over) return;
  run_.enter(Phase::source);
  feed_->seek(resumed->epoch - options_.initial_epoch, resumed->batch);
  first_metrics_ = resumed->running_metrics;
}

bool FitRun::stops_at_boundary() const {
  return state_.stop && policy_.loop.stop_read == StopRead::at_every_boundary;
}

}  // namespace trainwreck
