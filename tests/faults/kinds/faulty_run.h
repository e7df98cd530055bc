#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "engine/seams/memory_budget.h"
#include "faults/inject/injector.h"
#include "faults/sim/recorder.h"
#include "faults/sim/sim_clock.h"
#include "faults/sim/sim_executor.h"
#include "faults/sim/sim_file_system.h"
#include "faults/sim/sim_signals.h"
#include "trainwreck/callback.h"
#include "trainwreck/data.h"
#include "trainwreck/trainer.h"

namespace trainwreck::testing {

// A simulated world with the shims around it, for runs of a small model.
class FaultyWorld final : public World {
 public:
  explicit FaultyWorld(std::int64_t memory_limit = INT64_MAX);
  ~FaultyWorld() override;

  Seams seams();
  void die(std::string_view cause) override;
  void die_in(std::chrono::nanoseconds time, std::string_view cause) override;
  void deliver_signal(int number) override { signals.deliver(number); }
  void advance_clock(std::chrono::nanoseconds time) override { clock.advance(time); }
  void hang() override;
  void cut_power(PersistenceModel model, const Random& random) override;
  void call_again(Again what) override;

  SimClock clock;
  SimFileSystem disk;
  CountingBudget memory;
  SimSignals signals;
  SimExecutor executor;
  Recorder recorder;
  Injector injector;
  std::function<void(Again)> again;

 private:
  std::unique_ptr<FileSystem> offered_disk_;
  std::unique_ptr<Clock> offered_clock_;
  std::unique_ptr<MemoryBudget> offered_memory_;
  std::unique_ptr<Executor> offered_executor_;
  std::unique_ptr<Signals> offered_signals_;
};

// "/pointer message", one per line, of reading a fault from its text.
std::string complaints_about_fault(const std::string& json);
PlannedFault fault_from(const std::string& json);

// What a run is made of. Three batches of four rows and two features an epoch, two dense layers,
// momentum, and a checkpoint after each epoch.
struct RunSetup {
  std::vector<std::string> faults = {};
  Policy policy = hardened();
  std::int64_t epochs = 2;
  std::optional<std::int64_t> steps = {};
  bool stream = false;   // a generator that is drawn from anew in each pass
  bool workers = false;  // batches are fetched ahead, by two of them
  bool shims = true;
  bool census = false;
  bool checkpoints = true;
  bool validation = false;
  std::string loss = "mse";
  std::int64_t memory_limit = INT64_MAX;
  std::vector<CallbackHandle> callbacks = {};
};

struct Ran {
  bool died = false;
  std::string cause;
  FitResult result;
  std::vector<float> weights;
  std::vector<float> losses;        // of the committed steps
  std::vector<std::string> served;  // "epoch 0: 0 1 2", the batches that the loop got
  std::vector<std::string> hooks;   // "on_epoch_end 0 completed", of a callback named probe
  std::map<std::string, std::int64_t> fired;  // strikes, by kind
  std::vector<std::string> addresses;         // of the strikes
  std::vector<std::string> census;
  std::vector<std::string> trace;  // one line per event
  SimFileSystem::Files files;
  std::int64_t reserved = 0;  // and never given back

  std::string status() const;
  std::string error() const;  // "ShapeError: ..." of the first error; "" when there is none
};

Ran run(const RunSetup& setup);
// One fault, in this profile.
Ran run(const std::string& fault, const Policy& policy);

}  // namespace trainwreck::testing
