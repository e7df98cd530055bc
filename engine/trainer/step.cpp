#include "engine/trainer/step.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/errors.h"
#include "engine/model/data_source.h"
#include "engine/model/model.h"
#include "engine/seams/memory_budget.h"
#include "engine/trainer/batch_check.h"
#include "engine/trainer/metric_keeper.h"
#include "engine/trainer/trainer.h"

namespace trainwreck {

Stepper::Stepper(Model& model, const Policy& policy, const Seams& seams)
    : model_(model), policy_(policy), seams_(seams) {}

void Stepper::build(const Batch& batch) {
  if (model_.built()) return;
  phase_ = "build";
  if (!batch.x.present()) throw BadBatch("the batch has no x");
  model_.build(batch.x.shape().without_rows());
}

void Stepper::check(const Batch& batch) const { check_batch(batch, policy_.data, true); }

StepResult Stepper::train(const Batch& batch, const PassInfo& info, MetricKeeper& metrics) {
  StepResult result;
  phase_ = "batch";
  if (!check_or_skip(batch, result)) return result;
  build(batch);
  const Tensor& x = fit_features(batch.x);
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, batch.bytes());

  phase_ = "forward";
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(x.shape()));
  const Tensor& prediction = model_.forward(x, info);

  phase_ = "loss";
  const Tensor* weights = row_weights(batch);
  result.loss = evaluator_.compute(model_.loss(), policy_.shapes.labels, prediction, batch.y,
                                   weights, &model_.output_gradient()) +
                model_.penalty();

  phase_ = "backward";
  const Reservation backward_bytes(seams_.memory, MemoryPurpose::backward, model_.backward_bytes());
  model_.backward(x);
  if (!finite_or_refused(result)) return result;

  apply();
  phase_ = "metrics";
  metrics.add(result.loss, prediction, batch.y, weights);
  return result;
}

StepResult Stepper::train(const Batch& batch, TrainStep& step, MetricKeeper& metrics) {
  StepResult result;
  phase_ = "train_step";
  result.loss = step.train(model_, batch);
  metrics.add_loss(result.loss, batch.rows());
  return result;
}

float Stepper::test(const Batch& batch, MetricKeeper& metrics) {
  phase_ = "batch";
  check(batch);
  build(batch);
  const Tensor& x = fit_features(batch.x);
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, batch.bytes());
  phase_ = "forward";
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(x.shape()));
  const Tensor& prediction = model_.forward(x, {});
  phase_ = "loss";
  const Tensor* weights = batch.sample_weight.present() ? &batch.sample_weight : nullptr;
  const float loss = evaluator_.compute(model_.loss(), policy_.shapes.labels, prediction, batch.y,
                                        weights, nullptr) +
                     model_.penalty();
  phase_ = "metrics";
  metrics.add(loss, prediction, batch.y, weights);
  return loss;
}

const Tensor& Stepper::predict(const Tensor& x) {
  phase_ = "batch";
  if (!x.present()) throw BadBatch("the batch has no x");
  if (!model_.built()) model_.build(x.shape().without_rows());
  const Tensor& fitting = fit_features(x);
  const Reservation batch_bytes(seams_.memory, MemoryPurpose::batch, x.bytes());
  phase_ = "forward";
  const Reservation forward_bytes(seams_.memory, MemoryPurpose::forward,
                                  model_.plan_forward(fitting.shape()));
  return model_.forward(fitting, {});
}

// Where the policy says so, one size-1 axis at the end too many or too few is no mistake.
const Tensor& Stepper::fit_features(const Tensor& x) {
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

const Tensor* Stepper::row_weights(const Batch& batch) {
  if (class_weight_.empty()) return batch.sample_weight.present() ? &batch.sample_weight : nullptr;
  if (batch.sample_weight.present()) {
    throw ValueError("class_weight and sample weights cannot be used together");
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

bool Stepper::check_or_skip(const Batch& batch, StepResult& result) {
  if (policy_.data.bad_batches != BadBatches::skipped) {
    check(batch);
    return true;
  }
  try {
    check(batch);
    return true;
  } catch (const Error&) {
    if (!may_skip("bad batch", result)) throw;
    return false;
  }
}

bool Stepper::may_skip(std::string_view reason, StepResult& result) {
  if (skipped_ >= policy_.data.max_skips) return false;
  ++skipped_;
  result.committed = false;
  result.reason = reason;
  return true;
}

// Before apply: nothing that is not finite ever reaches the weights, unless the policy lets it.
bool Stepper::finite_or_refused(StepResult& result) {
  if (policy_.step.non_finite == NonFiniteStep::applied) return true;
  if (std::isfinite(result.loss) && all_finite(model_.parameters().gradients())) return true;
  if (policy_.step.non_finite == NonFiniteStep::stops) {
    result.committed = false;
    result.stop = true;
    result.reason = "a loss or gradient that is not finite";
    return false;
  }
  const bool skips = policy_.step.non_finite == NonFiniteStep::skipped;
  if (skips && may_skip("not finite", result)) return false;
  throw NonFinite(non_finite_text(result.loss));
}

std::string Stepper::non_finite_text(float loss) const {
  if (!std::isfinite(loss)) return fmt::format("the loss is {}", loss);
  const Parameters& parameters = model_.parameters();
  for (const ParameterInfo& info : parameters.infos()) {
    if (!all_finite(parameters.gradients_of(info))) {
      return fmt::format("the gradient of {} is not finite (the loss is {})", info.name, loss);
    }
  }
  return "a gradient is not finite";
}

// An optimizer that may fail half-way gets its weights and slots back as they were.
void Stepper::apply() {
  phase_ = "apply";
  Optimizer& optimizer = model_.optimizer();
  Parameters& parameters = model_.parameters();
  const Reservation apply_bytes(seams_.memory, MemoryPurpose::apply, parameters.bytes());
  if (optimizer.no_fail() || policy_.step.failed == FailedStep::left_as_it_is) {
    optimizer.step(parameters);
    return;
  }
  std::vector<OptimizerSlot> slots = optimizer.slots();
  const auto bytes = static_cast<std::int64_t>(1 + slots.size()) * parameters.bytes();
  const Reservation snapshot_bytes(seams_.memory, MemoryPurpose::snapshot, bytes);
  snapshot_.assign(parameters.values().begin(), parameters.values().end());
  for (const OptimizerSlot& slot : slots) {
    snapshot_.insert(snapshot_.end(), slot.values.begin(), slot.values.end());
  }
  const std::int64_t iterations = optimizer.iterations();
  try {
    optimizer.step(parameters);
  } catch (const Death&) {
    throw;
  } catch (...) {
    auto from = snapshot_.begin();
    const auto put_back = [&from](std::span<float> values) {
      std::copy_n(from, values.size(), values.begin());
      from += static_cast<std::ptrdiff_t>(values.size());
    };
    put_back(parameters.values());
    for (const OptimizerSlot& slot : slots) put_back(slot.values);
    optimizer.set_iterations(iterations);
    throw;
  }
}

}  // namespace trainwreck
