#include "engine/trainer/trainer.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/callbacks/progress_bar.h"
#include "engine/model/model.h"
#include "engine/trainer/feed.h"
#include "engine/trainer/fit.h"
#include "engine/trainer/metric_keeper.h"
#include "engine/trainer/run.h"
#include "engine/trainer/validation.h"

namespace trainwreck {
namespace {

// Counts itself for as long as it lives.
class Under {
 public:
  explicit Under(int& count) : count_(count) { ++count_; }
  ~Under() { --count_; }
  Under(const Under&) = delete;
  Under& operator=(const Under&) = delete;

 private:
  int& count_;
};

RunInfo info_of(const DataSource& data, const EvaluateOptions& options, std::uint64_t seed) {
  return {.steps = options.steps ? options.steps : data.length(),
          .verbose = options.verbose,
          .seed = seed,
          .source = data.traits().name};
}

std::vector<CallbackHandle> with_bar(const EvaluateOptions& options) {
  std::vector<CallbackHandle> all = options.callbacks;
  add_progress_bar(all, options.verbose);
  return all;
}

void append_rows(const Tensor& rows, Tensor& all) {
  if (!all.present()) {
    all = rows;
    return;
  }
  std::vector<float> joined(all.values().begin(), all.values().end());
  joined.insert(joined.end(), rows.values().begin(), rows.values().end());
  all = Tensor(rows.shape().without_rows().with_rows(all.rows() + rows.rows()), std::move(joined));
}

}  // namespace

void RunResult::rethrow() const {
  if (error) std::rethrow_exception(error->error);
}

Trainer::Trainer(Model& model, Seams seams, Policy policy)
    : model_(model), seams_(seams), policy_(policy) {}

Trainer::~Trainer() = default;

MetricKeeper& Trainer::metrics() {
  if (!model_.compiled()) throw StateError("the model is not compiled");
  if (!metrics_) metrics_ = std::make_unique<MetricKeeper>(model_);
  return *metrics_;
}

FitResult Trainer::fit(DataSource& data, const FitOptions& options) {
  if (fits_ > 0 && policy_.loop.reentrant_fit == ReentrantFit::refused) {
    throw StateError("fit was called from inside fit");
  }
  const Under under(fits_);
  return FitRun(*this, data, options, metrics()).result();
}

EvaluateResult Trainer::evaluate(DataSource& data, const EvaluateOptions& options) {
  MetricKeeper& keeper = metrics();
  const bool keep_apart = fits_ > 0 && policy_.loop.nested_evaluate == NestedEvaluate::own_metrics;
  const std::vector<double> outer = keep_apart ? keeper.state() : std::vector<double>();
  Run run(model_, policy_, seams_, info_of(data, options, model_.seed()), with_bar(options));
  EvaluateResult result;
  run.guarded([&] {
    run.source_name = run.session.info().source;
    run.stepper.set_phase("prepare");
    Validation validation(run, keeper, data, options.steps, model_.seed());
    if (policy_.data.build_from == BuildFrom::peeked_batch && !warmed_) {
      validation.build_from_first_batch();
      warmed_ = true;
    }
    result.status = validation.evaluate(result.metrics);
  });
  run.finish(result);
  if (keep_apart) keeper.restore(outer);
  return result;
}

PredictResult Trainer::predict(DataSource& data, const EvaluateOptions& options) {
  Run run(model_, policy_, seams_, info_of(data, options, model_.seed()), with_bar(options));
  PredictResult result;
  run.guarded([&] {
    run.source_name = run.session.info().source;
    run.stepper.set_phase("prepare");
    Feed feed(data, {.steps = options.steps, .seed = model_.seed()}, run.session);
    Logs logs;
    result.status = run.scope(kPredict, -1, logs, [&] {
      return run.deal(feed, [&](const Batch& batch) {
        run.scope(kPredictBatch, run.batch, logs, [&] {
          append_rows(run.stepper.predict(batch.x), result.predictions);
          return Status::completed;
        });
        return run.session.stops_predicting() ? Status::stopped : Status::completed;
      });
    });
  });
  run.finish(result);
  return result;
}

Stepper& Trainer::own_stepper() {
  if (!stepper_) stepper_ = std::make_unique<Stepper>(model_, policy_, seams_);
  return *stepper_;
}

Logs Trainer::train_on_batch(const Batch& batch) {
  const PassInfo info{.training = true, .epoch = 0, .batch = steps_on_batches_++};
  own_stepper().train(batch, info, metrics());
  warmed_ = true;
  Logs logs;
  metrics().write(logs);
  return logs;
}

Logs Trainer::test_on_batch(const Batch& batch) {
  own_stepper().test(batch, metrics());
  warmed_ = true;
  Logs logs;
  metrics().write(logs);
  return logs;
}

Tensor Trainer::predict_on_batch(const Tensor& x) { return own_stepper().predict(x); }

void Trainer::reset_metrics() { metrics().reset(); }

}  // namespace trainwreck
