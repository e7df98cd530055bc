
#include "trainwreck/trainer.h"

#include "engine/base/errors.h"
#include "engine/callbacks/progress_bar.h"
#include "engine/seams/trace.h"
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

// The caller brings the batch, so the line itself says which one it is.
void Trainer::trace(TraceEvent line, const Batch& batch) {
  if (seams_.trace == nullptr) return;
  line.number = batch.id.index;
  if (line.kind != TraceKind::step_end) line.value = static_cast<double>(batch.rows());
  seams_.trace->record(line);
}

Logs Trainer::train_on_batch(const Batch& batch) {
  const Apart apart(*this);
  metrics().reset();
  const PassInfo info{.training = true, .epoch = 0, .batch = steps_on_batches_++};
  trace({.kind = TraceKind::step_begin, .batch = info.batch, .step = info.batch}, batch);
  const StepResult step = own_stepper().train(batch, info);
  trace({.kind = TraceKind::step_end,
         .batch = info.batch,
         .step = info.batch,
         .value = static_cast<double>(step.loss),
         .detail = step.committed ? "committed" : step.reason},
        batch);
  warmed_ = true;
  if (step.committed) own_stepper().count(batch, metrics());
  Logs logs;
  metrics().write(logs);
  return logs;
}

Logs Trainer::test_on_batch(const Batch& batch) {
  const Apart apart(*this);
  metrics().reset();
  trace({.kind = TraceKind::scope_begin, .what = "test"}, batch);
  trace({.kind = TraceKind::scope_begin, .what = "test_batch"}, batch);
  own_stepper().test(batch);
  trace({.kind = TraceKind::scope_end, .what = "test_batch", .detail = "completed"}, batch);
  trace({.kind = TraceKind::scope_end, .what = "test", .detail = "completed"}, batch);
  warmed_ = true;
  own_stepper().count(batch, metrics());
  Logs logs;
  metrics().write(logs);
  return logs;
}

Tensor Trainer::predict_on_batch(const Tensor& x) { return own_stepper().predict(x); }

}  // namespace trainwreck
