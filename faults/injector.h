#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/seams/trace.h"
#include "faults/address.h"
#include "faults/fault.h"
#include "faults/trigger.h"

namespace trainwreck {

// A fault with its trigger, and what became of it.
struct PlannedFault {
  std::string kind;
  Trigger trigger;
  std::unique_ptr<Fault> fault;
  std::vector<Address> fired;
  std::int64_t matched = 0;
  bool armed = true;
  std::string pointer;  // where it stands in the scenario
};

// The faults that strike one operation, between its before and its after.
using Strike = std::vector<PlannedFault*>;

// Decides. Every shim offers each operation; the injector knows the instant (it listens to the
// trace's scopes), counts crossings, asks the triggers and lets the chosen faults bend. A strike is
// traced before it takes effect. After a death every offer throws Death again.
class Injector final : public TraceSink {
 public:
  Injector(World& world, std::uint64_t seed, TraceSink* next);

  void plan(PlannedFault fault);
  // Faults of a chapter that is over strike no more; what they did is kept.
  void disarm_all();
  void set_run(std::int64_t run) { now_.run = run; }
  void begin_call() { ++now_.fit; }
  const Instant& now() const { return now_; }
  const std::deque<PlannedFault>& planned() const { return planned_; }

  template <class Op>
  Strike before(Op& operation) {
    if (dead_) throw Death{cause_};
    if (!armed_[static_cast<std::size_t>(operation.site)] && !counting_) return {};
    Strike strike = choose(operation);
    for (PlannedFault* fault : strike) fault->fault->before(operation, world_, random_for(*fault));
    return strike;
  }
  template <class Op>
  void after(const Strike& strike, Op& operation) {
    for (PlannedFault* fault : strike) fault->fault->after(operation, world_, random_for(*fault));
  }

  // The list of all crossings of a run, in order: what a sweep walks through.
  void count_crossings(bool on) { counting_ = on; }
  const std::vector<Address>& census() const { return census_; }

  // From now on nothing crosses a seam any more. Until `revive`: another process.
  void declare_death(std::string cause);
  void revive() { dead_ = false; }
  bool dead() const { return dead_; }

  void record(const TraceEvent& event) override;  // follows the instant, passes on

 private:
  Strike choose(const Operation& operation);
  bool strikes(PlannedFault& planned, const Address& here);
  void write_strike(const PlannedFault& planned, const Address& here);
  Random random_for(const PlannedFault& planned) const;
  void move_to(std::int64_t epoch, std::int64_t batch);

  World& world_;
  std::uint64_t seed_;
  TraceSink* next_;
  Instant now_;
  std::deque<PlannedFault> planned_;
  std::array<bool, kSites> armed_{};
  std::map<std::string, std::int64_t, std::less<>> ordinals_;  // of this instant, by site[detail]
  std::vector<Address> census_;
  bool counting_ = false;
  bool dead_ = false;
  std::string cause_;
};

}  // namespace trainwreck
