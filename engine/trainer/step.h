#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/loop/policy.h"
#include "engine/model/label_alignment.h"
#include "engine/seams/seams.h"

namespace trainwreck {

class MetricKeeper;
class Model;
class TrainStep;
struct Batch;
struct PassInfo;

// What became of one training step.
struct StepResult {
  float loss = 0.0F;
  bool committed = true;      // false: skipped by policy, nothing has changed
  bool stop = false;          // the policy asks for the end of training
  std::string_view reason{};  // why, where one of the two above
};

// One step over one batch: check, forward, loss, backward, apply. Everything that can fail comes
// before apply, and every phase asks the budget for its bytes before its arithmetic.
class Stepper {
 public:
  Stepper(Model& model, const Policy& policy, const Seams& seams);

  // Makes the model's weights for this batch, unless it has some; checks that labels fit.
  void build(const Batch& batch);
  StepResult train(const Batch& batch, const PassInfo& info, MetricKeeper& metrics);
  // In place of ours.
  StepResult train(const Batch& batch, TrainStep& step, MetricKeeper& metrics);
  float test(const Batch& batch, MetricKeeper& metrics);
  const Tensor& predict(const Tensor& x);

  void set_class_weight(const std::map<std::int64_t, float>& weights) { class_weight_ = weights; }
  // What is being done: "forward", "loss"; for error records.
  std::string_view phase() const { return phase_; }
  void set_phase(std::string_view phase) { phase_ = phase; }
  std::int64_t skipped() const { return skipped_; }

 private:
  const Tensor& fit_features(const Tensor& x);
  const Tensor* row_weights(const Batch& batch);
  void check(const Batch& batch) const;
  bool check_or_skip(const Batch& batch, StepResult& result);
  bool finite_or_refused(StepResult& result);
  bool may_skip(std::string_view reason, StepResult& result);
  void apply();
  std::string non_finite_text(float loss) const;

  Model& model_;
  Policy policy_;
  Seams seams_;
  LossEvaluator evaluator_;
  std::map<std::int64_t, float> class_weight_;
  Tensor reshaped_;
  Tensor weights_;
  std::vector<float> snapshot_;
  std::string_view phase_ = "";
  std::int64_t skipped_ = 0;
};

}  // namespace trainwreck
