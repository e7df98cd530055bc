#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/run_state.h"
#include "engine/loop/history.h"
#include "engine/loop/session.h"
#include "engine/loop/status.h"
#include "faults/address.h"
#include "faults/trace.h"

namespace trainwreck {

enum class Ending : std::uint8_t { returned, died, hung };
std::string_view name_of(Ending ending);

// Weights (and slots) at an instant, kept where an assertion asks for it.
struct WeightsAt {
  Instant at;
  std::vector<float> weights{};
  std::vector<std::vector<float>> slots{};
  std::int64_t iterations = 0;
};

// What callbacks say of themselves, by name; "early_stopping#2" is the second of that name.
using CallbackStates = std::map<std::string, CallbackState>;

// How things stood at an epoch's end, after every callback had its turn.
struct EpochView {
  std::int64_t epoch = 0;
  bool stop_training = false;
  double learning_rate = 0.0;
  std::int64_t iterations = 0;
  std::map<std::string, double> logs{};
  std::map<std::string, std::string> files{};  // the disk
  CallbackStates callbacks{};
};

// What one call of fit, evaluate or predict came to.
struct CallOutcome {
  Instant began;
  Ending ending = Ending::returned;
  std::string cause;  // of a death
  Status status = Status::completed;
  std::optional<ErrorRecord> error;
  std::vector<ErrorRecord> suppressed;
  std::vector<Warning> warnings;
  History history;
  std::optional<StopDemand> stop;
  std::int64_t steps = 0;
  std::map<std::string, double> metrics;  // evaluate and the on_batch calls
  std::vector<float> predictions;
  std::vector<float> weights;  // afterwards
  double learning_rate = 0.0;
  std::int64_t iterations = 0;
  std::map<std::string, std::string> files;  // the disk afterwards
  std::int64_t files_left_open = 0;
  // Where an assertion asks for it.
  std::vector<EpochView> epochs;
  CallbackStates callbacks;  // afterwards
};

struct FaultOutcome {
  std::string kind;
  std::vector<Address> fired;
  std::string pointer;
};

struct Resources {
  std::int64_t memory_peak = 0;
  std::map<std::string, std::int64_t> memory_peak_by_purpose;
  std::int64_t memory_left_reserved = 0;
  std::int64_t tasks_left = 0;
  std::int64_t files_left_open = 0;
};

// Everything that can be known of a run afterwards. Assertions see only this.
struct Outcome {
  std::vector<CallOutcome> calls;  // one per chapter that calls something
  Trace trace;
  std::map<std::string, std::string> files;  // the disk at the end
  std::vector<FaultOutcome> faults;
  std::vector<WeightsAt> weights;
  std::vector<std::string> parameters;  // in the order of their weights
  Resources resources;
  std::vector<std::string> alerts;  // posted by remote monitors
};

}  // namespace trainwreck
