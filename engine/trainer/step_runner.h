#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "engine/base/tensor.h"
#include "engine/loop/phase.h"
#include "engine/model/label_alignment.h"
#include "engine/policy/policy.h"
#include "engine/seams/seams.h"
#include "engine/seams/trace_words.h"
#include "engine/trainer/snapshot.h"

namespace trainwreck {

class RunningMetrics;
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

  // For the trace.
  Word<traced::Stepping> outcome() const {
    return committed ? traced::Stepping::committed : Word<traced::Stepping>(reason);
  }
};

// One step over one batch: check, forward, loss, backward, apply. Everything that can fail comes
// before apply, and every phase asks the budget for its bytes before its arithmetic.
class StepRunner {
 public:
  StepRunner(Model& model, const Policy& policy, const Seams& seams);

  // Makes the model's weights for this batch, unless it has some, and tries its shapes on the model
  // and the loss without computing anything.
  void warm_up(const Batch& batch);
  // Refuses a batch that is not there, before anybody hears of it, and where no bad batch is used
  // one that lacks a part. All other mistakes of a batch are found in its step.
  void receive(const Batch& batch, bool needs_labels);
  StepResult train(const Batch& batch, const PassInfo& info);
  // In place of ours.
  StepResult train(const Batch& batch, TrainStep& step);
  float test(const Batch& batch);
  // Adds what the latest train or test of this batch came to.
  void count(const Batch& batch, RunningMetrics& metrics);
  const Tensor& predict(const Tensor& x);

  void set_class_weight(const std::map<std::int64_t, float>& weights) { class_weight_ = weights; }
  // What is being done, for error records.
  Phase phase() const { return phase_; }
  void set_phase(Phase phase) { phase_ = phase; }

 private:
  // For count(); the tensors are the model's, the batch's or ours.
  struct Latest {
    double loss = 0.0;
    const Tensor* prediction = nullptr;  // null: the step was not ours
    const Tensor* weights = nullptr;
  };

  void build(const Tensor& x);
  const Tensor& accept(const Batch& batch);
  const Tensor& fit_features(const Tensor& x);
  const Tensor* row_weights(const Batch& batch);
  float loss_of(const Batch& batch, const Tensor& prediction, const Tensor* weights,
                Tensor* gradient);
  StepResult step(const Batch& batch, const PassInfo& info);
  template <class Body>
  void guarded_by_snapshot(Body&& body);
  StepResult step_or_put_back(const Batch& batch, TrainStep& step);
  bool skips_bad_batch(StepResult& result);
  bool finite_or_refused(bool finite, StepResult& result);
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
  Snapshot snapshot_;
  Latest latest_;
  Phase phase_ = Phase::none;
  std::int64_t skipped_ = 0;
};

}  // namespace trainwreck
