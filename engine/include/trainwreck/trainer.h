#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/logs.h"
#include "engine/base/tensor.h"
#include "engine/loop/history.h"
#include "engine/loop/status.h"
#include "engine/policy/policy.h"
#include "engine/seams/seams.h"
#include "trainwreck/callback.h"
#include "trainwreck/data.h"
#include "trainwreck/session.h"

namespace trainwreck {

class Model;
class RunningMetrics;
class StepRunner;
struct LoopState;

// A step of one's own, in place of forward, loss, backward and apply. Returns the batch's loss. It
// is lent to fit, which calls it on its own thread; what it throws fails the run.
class TrainStep {
 public:
  virtual ~TrainStep() = default;
  virtual float train(Model& model, const Batch& batch) = 0;
  // As an optimizer's: it throws before it changed anything, or leaves weights and a loss that are
  // finite. The loop takes a snapshot before a step that cannot promise that.
  virtual bool no_fail() const { return false; }
};

// After which epochs to validate: every n-th, or (counted from 1) exactly these.
struct ValidationFrequency {
  std::int64_t every = 1;
  std::optional<std::vector<std::int64_t>> epochs;
};

struct FitOptions {
  std::int64_t epochs = 1;
  std::int64_t initial_epoch = 0;
  std::optional<std::int64_t> steps_per_epoch = {};
  std::shared_ptr<DataSource> validation = {};
  double validation_split = 0.0;
  std::optional<std::int64_t> validation_steps = {};
  ValidationFrequency validation_freq = {};
  bool shuffle = true;
  std::map<std::int64_t, float> class_weight = {};
  std::vector<CallbackHandle> callbacks = {};
  int verbose = 0;
  TrainStep* step = nullptr;
  // {worker} and {run} in a checkpoint's path: of the processes that train together this one's
  // number, and what you call the run.
  std::optional<std::int64_t> worker = {};
  std::string run = {};
};

struct EvaluateOptions {
  std::optional<std::int64_t> steps{};
  std::vector<CallbackHandle> callbacks{};
  int verbose = 0;
};

// What became of a run. The faults of a run are results, not exceptions: look at `status`, or call
// rethrow() for the first error as it was thrown.
struct RunResult {
  Status status = Status::completed;
  std::optional<ErrorRecord> error;
  std::vector<ErrorRecord> suppressed;
  std::vector<Warning> warnings;

  bool ok() const { return !error.has_value(); }
  // Throws the original exception; does nothing when there was none.
  void rethrow() const;
};

struct FitResult : RunResult {
  History history;
  std::optional<StopDemand> stop;
  std::int64_t steps = 0;  // committed in this fit
  std::optional<Resumed> resumed = {};  // absent: it began anew
};

struct EvaluateResult : RunResult {
  Logs metrics;
};

struct PredictResult : RunResult {
  Tensor predictions;
};

// Trains, tests and asks one model, under one policy, in one world. What is wrong with the call
// itself throws StateError: a model that is not compiled, fit inside fit where that is refused.
// Model, seams and data are borrowed and must outlive it, or the call; callbacks are shared for a
// call. One thread at a time, and every hook is called on it.
class Trainer {
 public:
  Trainer(Model& model, Seams seams, Policy policy = hardened());
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  FitResult fit(DataSource& data, const FitOptions& options);
  EvaluateResult evaluate(DataSource& data, const EvaluateOptions& options = {});
  PredictResult predict(DataSource& data, const EvaluateOptions& options = {});

  // One batch, no hooks, no history, nobody's stop. These throw, and return the metrics of this
  // batch alone; none for a step that the policy skipped.
  Logs train_on_batch(const Batch& batch);
  Logs test_on_batch(const Batch& batch);
  Tensor predict_on_batch(const Tensor& x);

  Model& model() { return model_; }
  // What the latest fit recorded, also when it failed.
  const History& history() const { return history_; }

 private:
  friend class FitRun;
  class Apart;

  RunningMetrics& metrics();
  StepRunner& own_stepper();

  Model& model_;
  Seams seams_;
  Policy policy_;
  History history_;
  std::unique_ptr<RunningMetrics> metrics_;
  std::unique_ptr<StepRunner> stepper_;  // of the *_on_batch calls
  std::int64_t resumed_epoch_ = 0;       // with ResumedEpoch::sticks_to_the_model
  bool warmed_ = false;                  // a first batch has been seen
  std::int64_t steps_on_batches_ = 0;    // train_on_batch calls: their counter of anything random
  LoopState* fitting_ = nullptr;         // of the innermost fit that is under way
};

}  // namespace trainwreck
