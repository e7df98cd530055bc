#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "engine/base/random.h"
#include "faults/inject/operations.h"
#include "trainwreck/entry.h"

namespace trainwreck {

enum class PersistenceModel : std::uint8_t;

// What a fault may do to the world beside bending the operation at hand.
class World {
 public:
  virtual ~World() = default;
  // The process dies here: in a simulation everything freezes and Death is thrown, in a forked
  // child it really ends in that way.
  [[noreturn]] virtual void die(std::string_view cause) = 0;
  // The same when so much of the run's time has passed, unless the run has ended by then.
  virtual void die_in(std::chrono::nanoseconds time, std::string_view cause) = 0;
  // A signal arrives: the run's Signals will report it.
  virtual void deliver_signal(int number) = 0;
  virtual void advance_clock(std::chrono::nanoseconds time) = 0;
  // Waits for ever (until a deadline that somebody else has set).
  virtual void hang() = 0;
  // The trainer at work is called once more, from inside of its own run. A world without one
  // refuses with a StateError.
  enum class Again : std::uint8_t { fit, evaluate };
  virtual void call_again(Again what);
  // Who does that; in force until the next one.
  void on_call_again(std::function<void(Again)> again) { again_ = std::move(again); }
  // The power goes: the disk keeps what the model lets it keep, chosen by `random`.
  [[noreturn]] virtual void cut_power(PersistenceModel model, const Random& random) = 0;

 private:
  std::function<void(Again)> again_;
};

// One way in which the world goes wrong. When and where is the Trigger's business: a fault is only
// asked to bend an operation that its trigger has chosen, at a site that it lists. Override the
// operations of those sites.
class Fault {
 public:
  virtual ~Fault() = default;
  virtual std::span<const Site> sites() const = 0;

  // Whether there is anything to bend in an operation that the trigger's "at" matches. What is
  // declined counts as no crossing: neither skipped nor struck.
  virtual bool wants(const FetchOperation&) { return true; }
  virtual bool wants(const SourceOperation&) { return true; }
  virtual bool wants(const HookOperation&) { return true; }
  virtual bool wants(const ComputeOperation&) { return true; }
  virtual bool wants(const ReserveOperation&) { return true; }
  virtual bool wants(const FileOperation&) { return true; }
  virtual bool wants(const ClockOperation&) { return true; }
  virtual bool wants(const TaskOperation&) { return true; }
  virtual bool wants(const SignalOperation&) { return true; }

  // Before the operation is done; may throw what the real thing could throw.
  virtual void before(FetchOperation&, World&, const Random&) {}
  virtual void before(SourceOperation&, World&, const Random&) {}
  virtual void before(HookOperation&, World&, const Random&) {}
  virtual void before(ComputeOperation&, World&, const Random&) {}
  virtual void before(ReserveOperation&, World&, const Random&) {}
  virtual void before(FileOperation&, World&, const Random&) {}
  virtual void before(ClockOperation&, World&, const Random&) {}
  virtual void before(TaskOperation&, World&, const Random&) {}
  virtual void before(SignalOperation&, World&, const Random&) {}
  // After it was done.
  virtual void after(FetchOperation&, World&, const Random&) {}
  virtual void after(SourceOperation&, World&, const Random&) {}
  virtual void after(HookOperation&, World&, const Random&) {}
  virtual void after(ComputeOperation&, World&, const Random&) {}
  virtual void after(FileOperation&, World&, const Random&) {}
};

using FaultEntry = Entry<std::unique_ptr<Fault>>;
std::span<const FaultEntry> builtin_faults();

}  // namespace trainwreck
