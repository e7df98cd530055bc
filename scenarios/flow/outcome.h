#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/run_state.h"
#include "engine/loop/history.h"
#include "engine/loop/status.h"
#include "faults/inject/address.h"
#include "faults/inject/trace.h"
#include "faults/power/crash_states.h"
#include "faults/sim/sim_file_system.h"
#include "scenarios/flow/weights.h"
#include "trainwreck/session.h"

namespace trainwreck {

enum class Ending : std::uint8_t { returned, died, hung };
std::string_view name_of(Ending ending);

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
  std::string cause;             // of a death
  bool swallowed_death = false;  // it died, and somebody went on as if nothing had happened
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
  // Where it came near: crossings of its site at which it did not strike. Not known of the dead.
  std::int64_t missed = 0;
  std::optional<Address> first_missed{};
  std::optional<Address> last_missed{};
  std::string_view site{};  // its name; empty: not known
};

// What a callback posted, and how the server took it.
struct Alert {
  Instant at;
  std::string url;
  std::string body;
  int status = 0;       // 0: there was no answer
  std::string trouble;  // why there was none
};

// A second, clean fit by the engine that the story used, and the same by a new one that has been
// given its model's state.
struct Refit {
  std::string trouble;  // why there is none: the process had died
  CallOutcome again;
  CallOutcome clean;
};

// A checkpoint that was announced as saved, or (withdrawn) that somebody set out to delete.
struct DiskPromise {
  std::size_t after = 0;  // so many operations of the record
  std::string path;
  std::string checksum;
  std::int64_t step = 0;  // committed when it was saved
  bool withdrawn = false;
};

// What was done to the disk since the latest restart: every state that a crash can leave follows.
struct DiskRecord {
  SimFileSystem::Files start;
  std::vector<DiskOperation> done;
  std::vector<DiskPromise> promises{};
};

// What the power cuts under one persistence model left.
struct PowerCutOutcome {
  std::string model;
  CrashCount count{};
  std::uint64_t judged = 0;
  std::uint64_t torn = 0;
  std::uint64_t mixed = 0;
  std::uint64_t lost = 0;
  std::array<std::uint64_t, kCrashPhases> bad{};  // of all three, by the phase that found them
  std::string torn_example{};
  std::string mixed_example{};
  std::string lost_example{};
};

struct Resources {
  std::int64_t memory_peak = 0;
  std::map<std::string, std::int64_t> memory_peak_by_purpose;
  std::int64_t memory_left_reserved = 0;
  std::int64_t tasks_left = 0;
  std::int64_t files_left_open = 0;
  // Signals that do something else than before; only a real process can tell.
  std::optional<std::vector<int>> handlers_left;
};

// How a real process of the story ended, as its parent saw it.
struct ProcessEnd {
  std::int32_t run = 0;  // which process of the story
  int exit_code = 0;     // where it ended by itself
  int signal = 0;        // that killed it; 0: none
  bool hung = false;     // killed when its time was up
  // Where it was when it crashed, or when it was asked before it was killed; addresses, the
  // innermost first. Empty where it could not tell.
  std::vector<const void*> stack{};
};

// Everything that can be known of a run afterwards. Assertions see only this.
struct Outcome {
  std::vector<CallOutcome> calls;  // one per chapter that calls something
  Trace trace;
  std::map<std::string, std::string> files;  // the disk at the end
  std::vector<FaultOutcome> faults;
  std::vector<WeightsAt> weights;
  std::vector<ParameterShape> parameters;  // in the order of their weights
  Resources resources;
  std::vector<Alert> alerts;

  // What is here only if somebody asked for it (see EvidenceRequest).
  std::map<std::string, std::int64_t> hook_times_ns;  // by callback, its waits included
  std::int64_t calls_time_ns = 0;                     // all calls together
  std::optional<Refit> refit;
  std::optional<DiskRecord> disk;
  std::vector<StepTaken> steps;
  std::vector<PowerCutOutcome> power_cuts;  // one for each model
  std::shared_ptr<const Outcome> twin;      // the same story; its faults are armed and never strike
  std::shared_ptr<const Outcome> bare;      // the same story without faults, shims and trace
  std::vector<ProcessEnd> processes;        // real ones alone
  // Makes this run and its twin once more, to find out after which step they part, no further than
  // these calls of either. nullopt: after none. Empty without a twin; the vocabulary must live.
  using FindParting = std::function<std::optional<Parting>(std::size_t here, std::size_t there)>;
  FindParting parting;
};

}  // namespace trainwreck
