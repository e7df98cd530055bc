#include "engine/trainer/step_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/attempt.h"
#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/memory_budget.h"
#include "engine/trainer/batch_check.h"
#include "engine/trainer/running_metrics.h"
#include "trainwreck/data.h"
#include "trainwreck/model.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

StepRunner::StepRunner(Model& model, const Policy& policy, const Seams& seams)
    : model_(model), policy_(policy), seams_(seams) {}

void StepRunner::build(const Tensor& x) {
  if (model_.built()) return;
  phase_ = Phase::build;
  model_.build(x.shape().without_rows());
}

void StepRunner::warm_up(const Batch& batch) {
  phase_ = Phase::fetch;
  check_readable(batch, policy_.data, true);
  build(batch.x);
  phase_ = Phase::build;
  model_.plan_forward(fit_features(batch.x).shape());
  const Shape& row = model_.output_row();
  for (int axis = 0; axis < row.rank(); ++axis) {
    if (row[axis] == Shape::kUnknown) return;
  }
  const Tensor prediction(row.with_rows(batch.rows()));
  const Tensor labels(batch.y.shape());
  evaluator_.compute(model_.loss(), policy_.shapes.labels, prediction, labels, nullptr, nullptr);
}

// Keras hands a batch on that lacks a part, tells its callbacks of it, and fails within the step;
// of nothing at all there is nothing to hand on. What may be skipped is looked at in its step.
void StepRunner::receive(const Batch& batch, bool needs_labels) {
  phase_ = Phase::fetch;
  switch (policy_.data.bad_batches) {
    case BadBatches::used_as_is:
      return check_is_there(batch);
    case BadBatches::error:
      return check_is_whole(batch, needs_labels);
    case BadBatches::skipped:
      return;
  }
}

// Everything about a batch that can be told before the arithmetic.
const Tensor& StepRunner::accept(const Batch& batch) {
  phase_ = Phase::batch;
  check_batch(batch, policy_.data);
  build(batch.x);
  phase_ = Phase::forward;
  const Tensor& x = fit_features(batch.x);
  model_.plan_forward(x.shape());
  return x;
}

float StepRunner::loss_of(const Batch& batch, const Tensor& prediction, const Tensor* weights,
                          Tensor* gradient) {
  const float loss = evaluator_.compute(model_.loss(), policy_.shapes.labels, prediction, batch.y,
                                        weights, gradient) +
                     model_.penalty();
  latest_ = {static_cast<double>(loss), &prediction, weights};
  return loss;
}

StepResult StepRunner::train(const Batch& batch, const PassInfo& info) {
  if (policy_.data.bad_batches != BadBatches::skipped) return step(batch, info);
  StepResult result;
  try {
    return step(batch, info);
  } catch (const ShapeError&) {
    if (!skips_bad_batch(result)) throw;
  } catch (const BadBatch&) {
    if (!skips_bad_batch(result)) throw;
  }
  return result;
}

StepResult StepRunner::step(const Batch& batch, const PassInfo& info) {
  StepResult result;
  const Tensor& x = accept(batch);
  phase_ = Phase::batch;
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, batch.bytes());

  phase_ = Phase::forward;
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(x.shape()));
  const Tensor& prediction = model_.forward(x, info);

  phase_ = Phase::loss;
  result.loss = loss_of(batch, prediction, row_weights(batch), &model_.output_gradient());
  phase_ = Phase::metrics;
  for (const auto& metric : model_.metrics()) metric->check(prediction.shape(), batch.y.shape());

  phase_ = Phase::backward;
  if (batch.rows() == 0) throw ShapeError("the batch has no rows");
  const Reservation backward_bytes(seams_.memory, MemoryPurpose::backward, model_.backward_bytes());
  model_.backward(x);
  const bool finite = policy_.step.non_finite == NonFiniteStep::applied ||
                      (std::isfinite(result.loss) && all_finite(model_.parameters().gradients()));
  if (finite_or_refused(finite, result)) apply();
  return result;
}

StepResult StepRunner::train(const Batch& batch, TrainStep& step) {
  try {
    accept(batch);
  } catch (const ValueError&) {
    StepResult result;
    if (policy_.data.bad_batches != BadBatches::skipped || !skips_bad_batch(result)) throw;
    return result;
  }
  phase_ = Phase::train_step;
  const bool rolls_back = policy_.step.failed == FailedStep::rolled_back;
  if (rolls_back && !step.no_fail()) return step_or_put_back(batch, step);
  const float loss = step.train(model_, batch);
  latest_ = {.loss = static_cast<double>(loss)};
  return {.loss = loss};
}

// Whatever `body` made of the model is undone where it throws or returns false.
template <class Body>
void StepRunner::guarded_by_snapshot(Body&& body) {
  const Reservation bytes(seams_.memory, MemoryPurpose::snapshot, snapshot_.plan(model_));
  snapshot_.take(model_);
  attempt(
      [&] {
        if (!body()) snapshot_.put_back(model_);
      },
      [&] {
        snapshot_.put_back(model_);
        throw;
      });
}

// A step that is not ours may have changed weights when it fails, or made them not finite.
StepResult StepRunner::step_or_put_back(const Batch& batch, TrainStep& step) {
  StepResult result;
  guarded_by_snapshot([&] {
    result.loss = step.train(model_, batch);
    const bool finite = policy_.step.non_finite == NonFiniteStep::applied ||
                        (std::isfinite(result.loss) && all_finite(model_.parameters().values()));
    return finite_or_refused(finite, result);
  });
  latest_ = {.loss = static_cast<double>(result.loss)};
  return result;
}

float StepRunner::test(const Batch& batch) {
  const Tensor& x = accept(batch);
  phase_ = Phase::batch;
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, batch.bytes());
  phase_ = Phase::forward;
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(x.shape()));
  const Tensor& prediction = model_.forward(x, {});
  phase_ = Phase::loss;
  const Tensor* weights = batch.sample_weight.present() ? &batch.sample_weight : nullptr;
  return loss_of(batch, prediction, weights, nullptr);
}

void StepRunner::count(const Batch& batch, RunningMetrics& metrics) {
  phase_ = Phase::metrics;
  if (latest_.prediction == nullptr) {
    metrics.add_loss(latest_.loss, batch.rows());
    return;
  }
  const bool weighted = policy_.step.metric_weights == MetricWeights::sample_weights;
  metrics.add(latest_.loss, *latest_.prediction, batch.y, weighted ? latest_.weights : nullptr);
}

const Tensor& StepRunner::predict(const Tensor& x) {
  phase_ = Phase::batch;
  check_features(x, policy_.data);
  build(x);
  const Tensor& fitting = fit_features(x);
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, x.bytes());
  phase_ = Phase::forward;
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(fitting.shape()));
  return model_.forward(fitting, {});
}

// Where the policy says so, one size-1 axis at the end too many or too few is no mistake.
const Tensor& StepRunner::fit_features(const Tensor& x) {
  if (policy_.shapes.features == FeatureShapes::strict || x.shape().rank() == 0) return x;
  const int wanted = model_.input_row().rank() + 1;
  const int rank = x.shape().rank();
  const bool one_too_many = rank == wanted + 1 && x.shape().back() == 1;
  const bool one_too_few = rank == wanted - 1 && model_.input_row().back() == 1;
  if (!one_too_many && !one_too_few) return x;
  std::vector<std::int64_t> dims;
  for (int axis = 0; axis < std::min(rank, wanted); ++axis) dims.push_back(x.shape()[axis]);
  if (one_too_few) dims.push_back(1);
  reshaped_ = x;
  reshaped_.reshape(Shape::of(dims));
  return reshaped_;
}

const Tensor* StepRunner::row_weights(const Batch& batch) {
  if (class_weight_.empty()) return batch.sample_weight.present() ? &batch.sample_weight : nullptr;
  if (batch.sample_weight.present()) {
    throw ValueError("class_weight and sample weights cannot be used together");
  }
  if (batch.y.rows() != batch.rows() || batch.y.row_size() == 0) {
    throw ShapeError(fmt::format("class_weight needs a label for each of {} rows, got shape {}",
                                 batch.rows(), batch.y.shape().text()));
  }
  weights_.resize({batch.rows()});
  const std::int64_t width = batch.y.row_size();
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    const auto labels = batch.y.row(row);
    const auto hot = width == 1 ? std::llround(labels[0])
                                : std::max_element(labels.begin(), labels.end()) - labels.begin();
    const auto weight = class_weight_.find(hot);
    weights_[row] = weight == class_weight_.end() ? 1.0F : weight->second;
  }
  return &weights_;
}

// Not where our own arithmetic or the optimizer is at fault.
bool StepRunner::skips_bad_batch(StepResult& result) {
  return blames_the_batch(phase_) && may_skip("bad batch", result);
}

bool StepRunner::may_skip(std::string_view reason, StepResult& result) {
  if (skipped_ >= policy_.data.max_skips) return false;
  ++skipped_;
  result.committed = false;
  result.reason = reason;
  return true;
}

// Nothing that is not finite ever stays in the weights, unless the policy lets it.
bool StepRunner::finite_or_refused(bool finite, StepResult& result) {
  if (finite) return true;
  if (policy_.step.non_finite == NonFiniteStep::stops) {
    result.committed = false;
    result.stop = true;
    result.reason = "not finite";
    return false;
  }
  const bool skips = policy_.step.non_finite == NonFiniteStep::skipped;
  if (skips && may_skip("not finite", result)) return false;
  throw NonFinite(non_finite_text(result.loss));
}

std::string StepRunner::non_finite_text(float loss) const {
  if (!std::isfinite(loss)) return "the loss is " + number_text(loss);
  const Parameters& parameters = model_.parameters();
  for (const ParameterInfo& info : parameters.infos()) {
    if (!all_finite(parameters.gradients_of(info))) {
      return fmt::format("the gradient of {} is not finite (the loss is {})", info.name,
                         number_text(loss));
    }
  }
  return "a weight is not finite after the step";
}

// An optimizer that may fail half-way gets its weights and slots back as they were.
void StepRunner::apply() {
  phase_ = Phase::apply;
  Optimizer& optimizer = model_.optimizer();
  Parameters& parameters = model_.parameters();
  const Reservation apply_bytes(seams_.memory, MemoryPurpose::apply, parameters.bytes());
  if (optimizer.no_fail() || policy_.step.failed == FailedStep::left_as_it_is) {
    optimizer.step(parameters);
    return;
  }
  guarded_by_snapshot([&] {
    optimizer.step(parameters);
    return true;
  });
}

}  // namespace trainwreck
