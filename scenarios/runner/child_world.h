#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "faults/inject/limits.h"
#include "faults/sim/shared_trace.h"
#include "scenarios/flow/plan.h"
#include "scenarios/listeners/weight_sampler.h"
#include "scenarios/process/scratch_disk.h"
#include "scenarios/runner/call_message.h"
#include "scenarios/runner/run_world.h"

namespace trainwreck {

// A real clock that can be told to have gone on.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::unique_ptr<Clock> real) : real_(std::move(real)) {}
  std::chrono::nanoseconds now() override { return real_->now() + ahead_; }
  double unix_seconds() override {
    return real_->unix_seconds() + std::chrono::duration<double>(ahead_).count();
  }
  void advance(std::chrono::nanoseconds time) { ahead_ += time; }

 private:
  std::unique_ptr<Clock> real_;
  std::chrono::nanoseconds ahead_{};
};

// Passes on what is heard, and tells of weights at once: the process may not live to the end.
class WeightTeller final : public TraceSink {
 public:
  WeightTeller(WeightSampler& weights, const Tell& tell) : weights_(weights), tell_(tell) {}
  void record(const TraceEvent& event) override {
    weights_.record(event);
    for (WeightsAt& kept : weights_.take()) tell_({.weights = std::move(kept)});
  }

 private:
  WeightSampler& weights_;
  const Tell& tell_;
};

// The world of a forked child: the real seams, each offered to the injector. Here the process
// really dies, signals really arrive, and limits are the kernel's.
class ChildWorld final : public RunWorld, public LimitingWorld {
 public:
  // `tell` is told of weights as soon as they are kept, and of what this world was asked for and
  // cannot give, before the process ends.
  ChildWorld(const Plan& plan, SharedTrace& trace, const ScratchDisk& disk, Tell tell);
  ~ChildWorld() override;

  Seams seams() override;
  Injector& injector() override { return injector_; }
  void begin_call(const CallPlace& place, Model& model) override {
    recorder_.set_place(place.run, place.call);
    weights_.watch(&model, injector_.now());
  }
  const CountingBudget& memory() const { return memory_; }

  void die(std::string_view cause) override;
  void die_in(std::chrono::nanoseconds time, std::string_view cause) override;
  void deliver_signal(int number) override;
  void advance_clock(std::chrono::nanoseconds time) override { clock_.advance(time); }
  void hang() override;
  void cut_power(PersistenceModel model, const Random& random) override;
  bool enforce(Limit limit, std::int64_t bytes, const std::string& path) override;

  // Takes back the limits that would keep a child from telling what happened.
  void lift_limits();

 private:
  [[noreturn]] void give_up(const std::string& why);

  const ScratchDisk& disk_;
  Tell tell_;
  std::unique_ptr<FileSystem> files_;
  ShiftedClock clock_;
  CountingBudget memory_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Signals> signals_;
  SharedRecorder recorder_;
  WeightSampler weights_;
  WeightTeller weight_teller_;
  Injector injector_;
  std::unique_ptr<FileSystem> offered_files_;
  std::unique_ptr<Clock> offered_clock_;
  std::unique_ptr<MemoryBudget> offered_memory_;
  std::unique_ptr<Executor> offered_executor_;
  std::unique_ptr<Signals> offered_signals_;
};

}  // namespace trainwreck
