#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/logs.h"
#include "engine/checkpoint/run_state.h"
#include "engine/loop/history.h"
#include "engine/policy/policy.h"
#include "engine/seams/seams.h"
#include "trainwreck/callback.h"

namespace trainwreck {

class BackgroundSaves;
class Model;
struct Batch;

// What a run was asked for.
struct RunInfo {
  std::int64_t epochs = 1;
  std::int64_t initial_epoch = 0;
  std::optional<std::int64_t> steps;  // per epoch, where known
  bool has_validation = false;
  int verbose = 0;
  std::uint64_t seed = 0;
  std::string source;  // the training data's name
  // Of the processes that train together this one's number; what the user calls the run. For paths.
  std::optional<std::int64_t> worker;
  std::string name;
};

struct StopDemand {
  std::string reason;
  std::string by;  // the callback, empty when it came from elsewhere
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
};

struct Warning {
  std::string id;  // stable: "data.ran_out", "monitor.missing"
  std::string text;
};

// A training run as its callbacks see it.
class Session {
 public:
  Session(Model& model, const Policy& policy, Seams seams);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Model& model() const { return model_; }
  const Policy& policy() const { return policy_; }
  const Seams& seams() const { return seams_; }
  const RunInfo& info() const { return info_; }
  const Position& position() const { return position_; }
  // The epoch that is under way; -1 outside an epoch.
  std::int64_t epoch() const { return epoch_; }
  // The position with all that is needed to go on from here after a restart.
  Position capture() const;
  const History& history() const { return history_; }
  History& history() { return history_; }
  // The batch that is being worked on, and its number in the epoch; null and -1 outside a batch.
  const Batch* batch() const { return batch_; }
  std::int64_t batch_index() const { return batch_index_; }
  // Loss of the latest step alone; logs have the running mean.
  double step_loss() const { return step_loss_; }
  // Names that the logs of this run can hold, val_ ones included.
  std::vector<std::string> metric_names() const;
  // Whether the logs can hold nothing else: a hand-written loop logs what it likes, and so does
  // every callback where logs are shared.
  bool logs_are_known() const;

  // Asks for the end of training; the first demand is kept.
  void request_stop(std::string_view reason);
  // Takes the demand back where the policy allows that.
  void withdraw_stop();
  bool stop_requested() const { return stop_.has_value(); }
  const std::optional<StopDemand>& stop_demand() const { return stop_; }

  // Cut a running evaluation or prediction short after the current batch; forgotten when the next
  // one begins.
  void stop_evaluating() { stop_evaluating_ = true; }
  void stop_predicting() { stop_predicting_ = true; }

  // In on_train_begin alone: go on from there instead of from initial_epoch.
  void resume_from(const Position& position) { resume_ = position; }
  const std::optional<Position>& resume_position() const { return resume_; }

  // Runs `action` once every callback had the end hook that is being dispatched: for whoever must
  // see what all of them made of it. When one of them raised it does not run.
  void after_hook(std::function<void()> action);

  // Where saves go on beside the training (checkpoint.saved_by).
  BackgroundSaves& background_saves();
  // Waits for the save that is under way, if any is.
  void finish_saves();

  // For a person to read; kept with the result and traced.
  void warn(std::string_view id, std::string text);
  const std::vector<Warning>& warnings() const { return warnings_; }

  // The run's other callbacks, in order: a backup keeps their state too.
  const std::vector<CallbackHandle>& callbacks() const { return callbacks_; }

  // The name of the callback that is being called; "" when none is.
  std::string_view current_callback() const;

 private:
  friend class BatchFeed;
  friend class FitRun;
  friend class Prediction;
  friend class Run;
  friend class Validation;
  friend class CallbackList;

  Model& model_;
  Policy policy_;
  Seams seams_;
  RunInfo info_;
  Position position_;
  std::int64_t epoch_ = -1;
  History history_;
  std::function<std::vector<double>()> running_metrics_;
  const Batch* batch_ = nullptr;
  std::int64_t batch_index_ = -1;
  double step_loss_ = 0.0;
  std::optional<StopDemand> stop_;
  std::optional<Position> resume_;
  bool stop_evaluating_ = false;
  bool stop_predicting_ = false;
  struct Deferred {
    const std::string* callback;
    std::function<void()> action;
  };
  std::vector<Deferred> deferred_;
  std::vector<Warning> warnings_;
  std::vector<CallbackHandle> callbacks_;
  const std::string* current_callback_ = nullptr;
  std::unique_ptr<BackgroundSaves> background_saves_;  // the last: it looks at what is above
};

}  // namespace trainwreck
