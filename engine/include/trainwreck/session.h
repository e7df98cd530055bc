#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/logs.h"
#include "engine/checkpoint/run_state.h"
#include "engine/loop/history.h"
#include "engine/policy/policy.h"
#include "engine/seams/seams.h"

namespace trainwreck {

class BackgroundSaves;
class CallbackHandle;
class Model;
struct Batch;
struct LoopState;

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

// The demand that training should end, as it was first made.
struct StopDemand {
  std::string reason;
  std::string by;  // the callback, empty when it came from elsewhere
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
};

// What a run went on from.
struct Resumed {
  Position position;
  std::string file;  // where a callback had found it; empty: it did not say
};

// What a person should read, though nothing has failed.
struct Warning {
  std::string id;  // stable: "data.ran_out", "monitor.missing"
  std::string text;
};

// A training run as its callbacks see it: they look at how far it has come, and ask for things. The
// run owns it, and it is valid for as long as the run; only the run's own thread may use it, and
// what it returns by reference may change with the next hook.
class Session {
 public:
  explicit Session(LoopState& state) : state_(state) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Model& model() const;
  const Policy& policy() const;
  const Seams& seams() const;
  const RunInfo& info() const;
  const Position& position() const;
  // The epoch that is under way; -1 outside an epoch.
  std::int64_t epoch() const;
  // The position with all that is needed to go on from here after a restart.
  Position capture() const;
  const History& history() const;
  History& history();
  // The batch that is being worked on, and its number in the epoch; null and -1 outside a batch.
  const Batch* batch() const;
  std::int64_t batch_index() const;
  // Loss of the latest step alone; logs have the running mean.
  double step_loss() const;
  // Names that the logs of this run can hold, val_ ones included.
  std::vector<std::string> metric_names() const;
  // Whether the logs can hold nothing else: a hand-written loop logs what it likes, and so does
  // every callback where logs are shared.
  bool logs_are_known() const;

  // Asks for the end of training; the first demand is kept.
  void request_stop(std::string_view reason);
  // Takes the demand back where the policy allows that.
  void withdraw_stop();
  bool stop_requested() const;
  const std::optional<StopDemand>& stop_demand() const;

  // Cut a running evaluation or prediction short after the current batch; forgotten when the next
  // one begins.
  void stop_evaluating();
  void stop_predicting();

  // In on_train_begin alone: go on from there instead of from initial_epoch. `file` is where it was
  // found, for whoever wants to know afterwards.
  void resume_from(const Position& position, std::string file = {});
  const std::optional<Position>& resume_position() const;

  // Runs `action` once every callback had the end hook that is being dispatched: for whoever must
  // see what all of them made of it. When one of them raised it does not run.
  void after_hook(std::function<void()> action);

  // Where saves go on beside the training (checkpoint.saved_by).
  BackgroundSaves& background_saves();
  // Waits for the save that is under way, if any is.
  void finish_saves();

  // Keeps a text for a person with the result, and traces it.
  void warn(std::string_view id, std::string text);
  const std::vector<Warning>& warnings() const;

  // The run's other callbacks, in order: a backup keeps their state too.
  const std::vector<CallbackHandle>& callbacks() const;

  // The name of the callback that is being called; "" when none is.
  std::string_view current_callback() const;

 private:
  LoopState& state_;
};

}  // namespace trainwreck
