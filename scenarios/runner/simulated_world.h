#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/seams/executor.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/seams.h"
#include "faults/inject/injector.h"
#include "faults/sim/recorder.h"
#include "faults/sim/sim_clock.h"
#include "faults/sim/sim_executor.h"
#include "faults/sim/sim_file_system.h"
#include "faults/sim/sim_signals.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/listeners/box_writer.h"
#include "scenarios/listeners/listeners.h"
#include "scenarios/listeners/step_witness.h"
#include "scenarios/listeners/time_book.h"
#include "scenarios/runner/run_world.h"
#include "trainwreck/fault.h"

namespace trainwreck {

class BlackBox;

// The world that a scenario's runs live in: everything simulated, everything offered to the
// injector. It outlasts the restarts of a story; its disk is what they have in common.
class SimulatedWorld final : public RunWorld {
 public:
  explicit SimulatedWorld(const Plan& plan, BlackBox* box = nullptr);
  ~SimulatedWorld() override;

  // Where the plan's harness is absent: with nobody between the world and the run, and nobody
  // listening.
  Seams seams() override;
  Injector& injector() override { return injector_; }
  bool wraps() const override { return harness_ != Harness::absent; }
  void begin_call(const CallPlace& place, Model& model) override;
  void end_call(CallOutcome& outcome) override;
  std::shared_ptr<DataSource> watched(std::shared_ptr<DataSource> source) override;
  void watch(Model& model) override;
  std::shared_ptr<HttpPoster> network() override { return network_; }
  std::shared_ptr<EpochRecorder> epoch_recorder() override;

  void die(std::string_view cause) override;
  void die_in(std::chrono::nanoseconds time, std::string_view cause) override {
    injector_.doom(clock_, clock_.now() + time, std::string(cause));
  }
  void deliver_signal(int number) override { signals_.deliver(number); }
  void advance_clock(std::chrono::nanoseconds time) override { clock_.advance(time); }
  void hang() override;
  void cut_power(PersistenceModel model, const Random& random) override;

  // Another process begins: the dead one's seams come back, the disk loses what is named.
  void restart(const std::vector<std::string>& loses);

  SimFileSystem& disk() { return disk_; }
  // What the world noted down, once no process lives in it any more.
  void tell(Outcome& outcome);

 private:
  Seams bare_seams();
  // Real time, and what the simulated clock was made to advance.
  std::int64_t time_ns();

  Harness harness_;
  EvidenceRequest evidence_;
  SimClock clock_;
  SimFileSystem disk_;
  CountingBudget memory_;
  SimSignals signals_;
  SimExecutor executor_;
  Recorder recorder_;
  BoxWriter box_writer_;
  WeightSampler weights_;
  CheckpointLog checkpoint_log_;
  StepWitness step_witness_;
  TimeBook time_book_;
  std::int64_t call_began_ns_ = 0;
  std::int64_t calls_time_ns_ = 0;
  Injector injector_;
  std::unique_ptr<FileSystem> offered_disk_;
  std::unique_ptr<Clock> offered_clock_;
  std::unique_ptr<MemoryBudget> offered_memory_;
  std::unique_ptr<Executor> offered_executor_;
  std::unique_ptr<Signals> offered_signals_;
  MemoryMeter memory_meter_;
  std::shared_ptr<BatchChecksums> checksums_;
  std::shared_ptr<FakeNetwork> network_;
};

}  // namespace trainwreck
