#include "engine/trainer/fit.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/callbacks/history.h"
#include "engine/callbacks/progress_bar.h"
#include "engine/model/model.h"

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
          .has_validation = options.validation != nullptr || options.validation_split > 0.0,
          .verbose = options.verbose,
          .seed = seed,
          .source = data.traits().name};
}

}  // namespace

FitRun::FitRun(Trainer& trainer, DataSource& data, const FitOptions& options, MetricKeeper& metrics)
    : trainer_(trainer),
      data_(data),
      options_(options),
      validation_source_(options.validation),
      run_(trainer.model_, trainer.policy_, trainer.seams_,
           info_of(data, options, trainer.model_.seed()), with_built_in(options)),
      session_(run_.session),
      policy_(session_.policy()),
      metrics_(metrics),
      first_epoch_(options.initial_epoch) {}

FitResult FitRun::result() {
  run_.guarded([&] {
    prepare();
    train();
  });
  FitResult result;
  if (run_.ledger.empty()) result.status = status_;
  run_.finish(result);
  result.history = session_.history();
  result.stop = session_.stop_demand();
  result.steps = session_.position_.step - steps_before_;
  trainer_.history_ = session_.history();
  return result;
}

// Everything that can be refused before the first hook.
void FitRun::prepare() {
  run_.source_name = session_.info_.source;
  run_.stepper.set_phase("prepare");
  run_.stepper.set_class_weight(options_.class_weight);
  session_.running_metrics_ = [this] { return metrics_.state(); };
  if (options_.validation_split > 0.0) {
    validation_source_ = data_.split_off(options_.validation_split);
  }
  feed_.emplace(data_,
                FeedOptions{.steps = options_.steps_per_epoch,
                            .shuffle = options_.shuffle,
                            .seed = session_.info_.seed,
                            .first_pass = options_.steps_per_epoch ? 0 : options_.initial_epoch},
                session_);
  session_.info_.steps = feed_->steps_due();
  if (policy_.data.build_from == BuildFrom::peeked_batch && !trainer_.warmed_) {
    if (const Batch* first = feed_->peek()) run_.stepper.build(*first);
    trainer_.warmed_ = true;
  }
  feed_->reset();
}

void FitRun::train() {
  status_ = run_.scope(kTrain, -1, train_logs_, [&] {
    settle_start();
    return all_epochs();
  });
}

Status FitRun::all_epochs() {
  for (std::int64_t epoch = first_epoch_; epoch < options_.epochs; ++epoch) {
    if (stops_at_boundary()) return Status::stopped;
    const Status status = one_epoch(epoch);
    if (status == Status::exhausted && policy_.data.exhausted == Exhausted::ends_run) return status;
    if (session_.stop_requested()) return Status::stopped;
    if (status == Status::exhausted) status_ = status;
  }
  return status_;
}

Status FitRun::one_epoch(std::int64_t epoch) {
  run_.epoch = epoch;
  run_.callbacks.set_epoch(epoch);
  epoch_logs_.clear();
  if (epoch != session_.position_.epoch) session_.position_.batch = 0;
  session_.position_.epoch = epoch;
  const Status status = run_.scope(kEpoch, epoch, epoch_logs_, [&] {
    begin_metrics();
    const Status trained = train_batches();
    metrics_.write(epoch_logs_);
    if (due_for_validation(epoch)) validate();
    session_.position_.epoch = epoch + 1;
    session_.position_.batch = 0;
    return trained;
  });
  train_logs_ = epoch_logs_;
  run_.epoch = -1;
  run_.callbacks.set_epoch(-1);
  return status;
}

// From nothing, or from where a resumed epoch was.
void FitRun::begin_metrics() {
  metrics_.reset();
  if (first_metrics_.empty()) return;
  metrics_.restore(first_metrics_);
  first_metrics_.clear();
}

Status FitRun::train_batches() {
  if (stops_at_boundary()) return Status::stopped;
  const Status status = run_.deal(*feed_, [this](const Batch& batch) { return one_batch(batch); });
  return status == Status::completed ? end_of_supply() : status;
}

Status FitRun::end_of_supply() {
  if (feed_->steps_taken() == 0 && policy_.loop.empty_epoch == EmptyEpoch::refused) {
    throw DataExhausted(fmt::format("{} gave no batch at all", run_.source_name));
  }
  const bool short_of_data =
      feed_->supply() == Supply::dry && policy_.data.exhausted != Exhausted::warns_and_goes_on;
  return short_of_data ? Status::exhausted : Status::completed;
}

Status FitRun::one_batch(const Batch& batch) {
  session_.position_.batch = run_.batch;
  const Status status = run_.scope(kTrainBatch, run_.batch, batch_logs_, [&] {
    if (stops_at_boundary()) return Status::stopped;
    step_over(batch);
    return Status::completed;
  });
  return session_.stop_requested() ? Status::stopped : status;
}

void FitRun::step_over(const Batch& batch) {
  Position& position = session_.position_;
  run_.trace({.kind = TraceKind::step_begin,
              .epoch = run_.epoch,
              .batch = run_.batch,
              .step = position.step});
  const PassInfo info{.training = true, .epoch = run_.epoch, .batch = run_.batch};
  const StepResult step = options_.step != nullptr
                              ? run_.stepper.train(batch, *options_.step, metrics_)
                              : run_.stepper.train(batch, info, metrics_);
  run_.trace({.kind = TraceKind::step_end,
              .epoch = run_.epoch,
              .batch = run_.batch,
              .step = position.step,
              .value = static_cast<double>(step.loss),
              .detail = step.committed ? "committed" : step.reason});
  session_.step_loss_ = static_cast<double>(step.loss);
  position.batch = run_.batch + 1;
  if (step.committed) ++position.step;
  if (!step.committed && !step.stop) {
    session_.warn("step.skipped", fmt::format("epoch {}, batch {} was skipped: {}", run_.epoch,
                                              run_.batch, step.reason));
  }
  if (step.stop) session_.request_stop(step.reason);
  metrics_.write(batch_logs_);
}

bool FitRun::due_for_validation(std::int64_t epoch) const {
  if (!validation_source_) return false;
  const ValidationFrequency& frequency = options_.validation_freq;
  if (!frequency.epochs.empty()) {
    return std::find(frequency.epochs.begin(), frequency.epochs.end(), epoch + 1) !=
           frequency.epochs.end();
  }
  if (frequency.every < 1) {
    throw ValueError(fmt::format("validation_freq must be at least 1, got {}", frequency.every));
  }
  return (epoch + 1) % frequency.every == 0;
}

// The epoch's own metrics are written already, so the evaluation may use the same counters.
void FitRun::validate() {
  if (!validation_) {
    validation_.emplace(run_, metrics_, *validation_source_, options_.validation_steps,
                        session_.info_.seed);
  }
  Logs measured;
  validation_->evaluate(measured);
  for (const Logs::Item& item : measured.items()) {
    epoch_logs_.set("val_" + item.key.name(), item.value);
  }
  epoch_logs_.sort_by_name();
}

// Where to begin, once every callback had its say in on_train_begin.
void FitRun::settle_start() {
  if (session_.resume_ && policy_.loop.resumed_epoch == ResumedEpoch::sticks_to_the_model) {
    trainer_.resumed_ = session_.resume_;
  }
  const std::optional<Position>& from = session_.resume_ ? session_.resume_ : trainer_.resumed_;
  if (!from) return;
  first_epoch_ = from->epoch;
  session_.position_ = *from;
  steps_before_ = from->step;
  if (!session_.resume_) return;
  feed_->go_to(from->epoch - options_.initial_epoch, from->batch);
  first_metrics_ = from->running_metrics;
}

bool FitRun::stops_at_boundary() const {
  return session_.stop_requested() && policy_.loop.stop_read == StopRead::at_every_boundary;
}

}  // namespace trainwreck
