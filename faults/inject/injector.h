#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/seams/clock.h"
#include "engine/seams/trace.h"
#include "faults/inject/address.h"
#include "faults/inject/trigger.h"
#include "trainwreck/fault.h"

namespace trainwreck {

// A fault with its trigger, and what became of it.
struct PlannedFault {
  std::string kind;
  Trigger trigger;
  std::unique_ptr<Fault> fault;
  std::vector<Address> fired;
  std::int64_t matched = 0;
  // Crossings of the trigger's site at which it did not strike: how many, the first, the last.
  std::int64_t missed = 0;
  std::optional<Address> first_missed;
  std::optional<Address> last_missed;
  bool armed = true;
  std::string pointer;  // where it stands in the scenario
};

// The faults that strike one operation, from its before to its after.
using Struck = std::vector<PlannedFault*>;

// Decides. Every shim offers each operation; the injector knows the instant (it listens to the
// trace's scopes), counts crossings, asks the triggers and lets the chosen faults bend. A strike is
// traced before it takes effect. After a death every offer throws Death again.
class Injector final : public TraceSink {
 public:
  Injector(World& world, std::uint64_t seed, TraceSink* next);

  // Throws StateError for a trigger at a site where this fault cannot strike.
  void plan(PlannedFault fault);
  // Faults of a chapter that is over strike no more; what they did is kept.
  void disarm_all();
  // Another process of the story begins; its calls count from 0 again.
  void set_run(std::int64_t run);
  void begin_call();
  const Instant& now() const { return now_; }
  const std::deque<PlannedFault>& planned() const { return planned_; }

  // A shim calls `before`, does the real thing unless the operation is answered, and hands to
  // `after` what it got. Where nobody cares about a site that costs two comparisons.
  Struck before(Operation& operation) {
    check_alive();
    if (watches(operation.site)) [[unlikely]]
      return strike_before(operation);
    return {};
  }
  void after(const Struck& struck, Operation& operation) {
    if (!struck.empty()) [[unlikely]]
      strike_after(struck, operation);
  }
  // All three.
  template <class Action>
  void cross(Operation& operation, const Action& real_thing) {
    const Struck struck = before(operation);
    if (!operation.answered) real_thing();
    after(struck, operation);
  }

  // Whether anybody cares about crossings of this site.
  bool watches(Site site) const {
    return dead_ || counting_ || armed_[static_cast<std::size_t>(site)];
  }
  // For operations that no fault bends: throws Death after a death.
  void check_alive() {
    if (dead_ || doom_) [[unlikely]]
      die_if_due();
  }

  // The list of all crossings of a run, in order: what a sweep walks through.
  void count_crossings(bool on) { counting_ = on; }
  const std::vector<Address>& census() const { return census_; }

  // From now on nothing crosses a seam any more. Until `revive`: another process.
  void declare_death(std::string cause);
  void revive();
  // The world's `die` is called at the first crossing at which `clock` shows that time; forgotten
  // when the next call begins.
  void doom(Clock& clock, std::chrono::nanoseconds at, std::string cause);
  bool dead() const { return dead_; }

  void record(const TraceEvent& event) override;  // follows the instant, passes on

 private:
  // A crossing's ordinal counts over all visits of its instant, so an address names one crossing.
  struct Crossing {
    std::int64_t batch;
    Site site;
    std::string detail;
    // clang-tidy 14 sees a null pointer in every defaulted comparison.
    auto operator<=>(const Crossing&) const = default;  // NOLINT(modernize-use-nullptr)
  };
  using Ordinals = std::map<Crossing, std::int64_t>;
  struct Doom {
    Clock& clock;
    std::chrono::nanoseconds at;
    std::string cause;
  };

  void die_if_due();
  Struck strike_before(Operation& operation);
  void strike_after(const Struck& struck, Operation& operation);
  Struck choose(const Operation& operation);
  static void note_miss(PlannedFault& planned, const Address& here);
  bool strikes(PlannedFault& planned, const Address& here, const Operation& operation);
  void write_strike(const PlannedFault& planned, const Address& here);
  Random random_for(const PlannedFault& planned) const;
  void move_to(std::int64_t epoch, std::int64_t batch);

  World& world_;
  std::uint64_t seed_;
  TraceSink* next_;
  Instant now_;
  std::deque<PlannedFault> planned_;
  std::array<bool, kSites> armed_{};
  Ordinals of_call_;   // outside of any epoch
  Ordinals of_epoch_;  // of the latest epoch
  std::int64_t latest_epoch_ = -1;
  std::vector<Address> census_;
  bool counting_ = false;
  bool dead_ = false;
  std::string cause_;
  std::optional<Doom> doom_;
};

}  // namespace trainwreck
