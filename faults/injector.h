#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

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
};

// Decides. Every shim offers each operation; the injector knows the instant (it listens to the
// trace's scopes), counts crossings, asks the triggers and lets the chosen faults bend. Firing is
// traced before it takes effect. After a death every offer throws Death again.
class Injector final : public TraceSink {
 public:
  Injector(World& world, std::uint64_t seed, TraceSink* next);

  void plan(PlannedFault fault);
  void set_run(std::int64_t run) { now_.run = run; }
  void begin_call() { ++now_.fit; }
  const Instant& now() const { return now_; }
  const std::vector<PlannedFault>& planned() const { return planned_; }
  bool armed(Site site) const { return armed_[static_cast<std::size_t>(site)] || counting_; }

  template <class Op>
  void before(Op& operation);
  template <class Op>
  void after(Op& operation);

  // The list of all crossings of a run, in order: what a sweep walks through.
  void count_crossings(bool on) { counting_ = on; }
  const std::vector<Address>& census() const { return census_; }

  void declare_death(std::string_view cause);
  bool dead() const { return dead_; }

  void record(const TraceEvent& event) override;  // follows the instant, passes on

 private:
  std::vector<PlannedFault*> chosen(const Operation& operation);

  World& world_;
  std::uint64_t seed_;
  TraceSink* next_;
  Instant now_;
  std::vector<PlannedFault> planned_;
  std::vector<PlannedFault*> striking_;  // between before and after
  std::array<bool, kSites> armed_{};
  std::map<std::string, std::int64_t> ordinals_;  // of the current instant: site[detail] -> count
  std::vector<Address> census_;
  bool counting_ = false;
  bool dead_ = false;
  std::string cause_;
};

}  // namespace trainwreck
