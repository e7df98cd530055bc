
#include "trainwreck/trainer.h"

#include "engine/base/errors.h"
#include "engine/callbacks/progress_bar.h"
#include "engine/seams/tracer.h"
#include "engine/trainer/fit.h"
#include "engine/trainer/prediction.h"
#include "engine/trainer/run.h"
#include "engine/trainer/running_metrics.h"
#include "engine/trainer/validation.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

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

}  // namespace

// Keeps the running metrics of a fit that is under way from whatever is measured meanwhile, where
// the policy says so.
class Trainer::Apart {
 public:
  explicit Apart(Trainer& trainer)
      : metrics_(trainer.metrics()),
        needed_(trainer.fitting_ != nullptr &&
                trainer.policy_.loop.nested_evaluate == NestedEvaluate::own_metrics) {
    if (needed_) outer_ = metrics_.state();
  }
  ~Apart() {
    if (needed_) metrics_.restore(outer_);
  }
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

 private:
  RunningMetrics& metrics_;
  bool needed_;
  std::vector<double> outer_;
};

void RunResult::rethrow() const {
  if (error) std::rethrow_exception(error->error);
}

Trainer::Trainer(Model& model, Seams seams, Policy policy)
    : model_(model), seams_(seams), policy_(policy) {}

Trainer::~Trainer() = default;

RunningMetrics& Trainer::metrics() {
  if (!model_.compiled()) throw StateError("the model is not compiled");
  if (!metrics_ || !metrics_->fits()) metrics_ = std::make_unique<RunningMetrics>(model_);
  for (const auto& metric : model_.metrics()) metric->set_label_shapes(policy_.shapes.labels);
  return *metrics_;
}

FitResult Trainer::fit(DataSource& data, const FitOptions& options) {
  if (fitting_ != nullptr && policy_.loop.reentrant_fit == ReentrantFit::refused) {
    throw StateError("fit was called from inside fit");
  }
  return FitRun(*this, data, options, metrics()).result();
}

EvaluateResult Trainer::evaluate(DataSource& data, const EvaluateOptions& options) {
  const Apart apart(*this);
  Run run("evaluate", model_, policy_, seams_, info_of(data, options, model_.seed()));
  EvaluateResult result;
  run.whole([&] {
    Validation validation(run, metrics(), data, options.steps, model_.seed());
    if (policy_.data.build_from == BuildFrom::peeked_batch && !warmed_) {
      validation.warm_up();
      warmed_ = true;
    }
    validation.rewind();
    run.attach(with_bar(options));
    result.status = validation.evaluate(result.metrics);
  });
  run.finish(result);
  return result;
}

PredictResult Trainer::predict(DataSource& data, const EvaluateOptions& options) {
  Run run("predict", model_, policy_, seams_, info_of(data, options, model_.seed()));
  PredictResult result;
  run.whole([&] {
    Prediction prediction(run, data, options.steps, model_.seed());
    run.attach(with_bar(options));
    result.status = prediction.predict(result.predictions);
  });
  run.finish(result);
  return result;
}

StepRunner& Trainer::own_stepper() {
  if (!stepper_) stepper_ = std::make_unique<StepRunner>(model_, policy_, seams_);
  return *stepper_;
}

Logs Trainer::train_on_batch(const Batch& batch) {
  const Apart apart(*this);
  metrics().reset();
  const PassInfo info{.training = true, .epoch = 0, .batch = steps_on_batches_++};
  // The caller brings the batch, so the lines themselves say which one it is.
  seams_.tracer().step_begin({.batch = info.batch,
                              .step = info.batch,
                              .item = batch.id.index,
                              .rows = static_cast<double>(batch.rows())});
  const StepResult step = own_stepper().train(batch, info);
  seams_.tracer().step_end({.batch = info.batch,
                            .step = info.batch,
                            .item = batch.id.index,
                            .loss = static_cast<double>(step.loss),
                            .outcome = step.outcome()});

  warmed_ = true;
  if (step.committed) own_stepper().count(batch, metrics());
  Logs logs;
  metrics().write(logs);
  return logs;
}

Logs Trainer::test_on_batch(const Batch& batch) {
  const Apart apart(*this);
  metrics().reset();
  const Tracer tracer = seams_.tracer();
  const std::int64_t item = batch.id.index;
  const auto rows = static_cast<double>(batch.rows());
  const std::string_view completed = name_of(Status::completed);
  tracer.scope_begin({.scope = "test", .item = item, .rows = rows});
  tracer.scope_begin({.scope = "test_batch", .item = item, .rows = rows});
  own_stepper().test(batch);
  tracer.scope_end({.scope = "test_batch", .status = completed, .item = item, .rows = rows});
  tracer.scope_end({.scope = "test", .status = completed, .item = item, .rows = rows});
  warmed_ = true;
  own_stepper().count(batch, metrics());
  Logs logs;
  metrics().write(logs);
  return logs;
}

Tensor Trainer::predict_on_batch(const Tensor& x) { return own_stepper().predict(x); }

}  // namespace trainwreck
