#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/trainer/batch_feed.h"
#include "engine/trainer/run.h"
#include "engine/trainer/running_metrics.h"
#include "engine/trainer/validation.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// One call of fit.
class FitRun {
 public:
  FitRun(Trainer& trainer, DataSource& data, const FitOptions& options, RunningMetrics& metrics);
  ~FitRun();
  FitRun(const FitRun&) = delete;
  FitRun& operator=(const FitRun&) = delete;

  FitResult result();

 private:
  void prepare();
  void check_options() const;
  void split_data();
  void warn_of_shuffle();
  void warm_up();
  void train();
  Status all_epochs();
  Status one_epoch(std::int64_t epoch);
  Status train_batches();
  Status one_batch(const Batch& batch);
  void step_over(const Batch& batch);
  StepResult stepped(const Batch& batch, const PassInfo& info);
  void tell_policy(const StepResult& step);
  void begin_metrics();
  void count_epoch(std::int64_t epoch, Status trained);
  bool due_for_validation(std::int64_t epoch) const;
  Validation& validation();
  void validate();
  void settle_start();
  bool stops_at_boundary() const;

  Trainer& trainer_;
  DataSource& data_;
  const FitOptions& options_;
  std::shared_ptr<DataSource> validation_source_;
  Run run_;
  LoopState& state_;
  const Policy& policy_;
  LoopState* outer_;  // of the fit that this one runs inside
  std::optional<BatchFeed> feed_;
  std::optional<Validation> validation_;
  RunningMetrics& metrics_;
  Logs batch_logs_;
  Logs epoch_logs_;
  Logs train_logs_;
  std::int64_t first_epoch_;
  std::vector<double> first_metrics_;  // of a resumed epoch
  std::int64_t steps_before_ = 0;
  std::optional<Resumed> resumed_;
  bool was_split_ = false;
};

}  // namespace trainwreck
