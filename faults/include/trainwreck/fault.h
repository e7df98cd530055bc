#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "faults/inject/bend.h"
#include "faults/inject/operations.h"
#include "trainwreck/data.h"
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
  // refuses with a StateError. Inside of that call nothing is called again: what lasts would never
  // end.
  enum class Again : std::uint8_t { fit, evaluate };
  virtual void call_again(Again what);
  // Who does that; in force until the next one.
  void on_call_again(std::function<void(Again)> again) { again_ = std::move(again); }
  // The power goes: the disk keeps what the model lets it keep, chosen by `random`.
  [[noreturn]] virtual void cut_power(PersistenceModel model, const Random& random) = 0;

 private:
  std::function<void(Again)> again_;
  bool calling_again_ = false;
};

// One strike of a fault, for as long as it lasts.
struct Strike {
  When when;
  World& world;
  Random random;  // the same numbers in every run of the plan
};

// One way in which the world goes wrong. When and where is the Trigger's business: a fault is only
// asked about operations that its trigger has chosen, at a site that it lists. Most faults are one
// function: see bend() below. Those that must know more are a FaultOn<Op>.
//
// Whoever plans a fault owns it, until the run with all its restarts is over: what it keeps, it
// keeps from strike to strike. It is called by the thread whose operation it is, never by two at
// once. Operations are lent for the call.
class Fault {
 public:
  virtual ~Fault() = default;
  // Where it can strike; at least one site, and always the same ones.
  virtual std::span<const Site> sites() const = 0;
  // Whether there is anything to bend in an operation that the trigger's "at" matches. What is
  // declined counts as no crossing: neither skipped nor struck. Must not throw.
  virtual bool wants(const Operation&) { return true; }
  // Before the operation is done and, unless it failed, once more after it; executor.spawn alone
  // has no "after". May throw what the real thing could throw. The strike is in the trace already.
  virtual void strike(Operation& operation, const Strike& strike) = 0;
};

// Returns the sites. Throws ValueError, and so refuses the fault where it is made, if there are
// none, if such an operation does not cross at one of them, or if one of them has no "after".
std::vector<Site> checked_sites(std::vector<Site> sites, bool (*crosses)(Site), When when);

// All sites where such operations cross; for When::after those that have an "after".
template <class Op>
std::vector<Site> sites_of(When when = When::before) {
  std::vector<Site> found;
  for (const SiteInfo& info : sites()) {
    const bool legal = when == When::before || has_after(info.site);
    if (legal && Op::crosses(info.site)) found.push_back(info.site);
  }
  return found;
}

// A fault in one type of operation: override what it needs.
template <class Op>
class FaultOn : public Fault {
  static_assert(!std::is_same_v<Op, SpawnOperation>, "a spawn has no \"after\": bend() it");

 public:
  explicit FaultOn(std::vector<Site> sites = sites_of<Op>())
      : sites_(checked_sites(std::move(sites), &Op::crosses, When::before)) {}

  std::span<const Site> sites() const final { return sites_; }
  bool wants(const Operation& operation) final {
    return concerns(static_cast<const Op&>(operation));
  }
  void strike(Operation& operation, const Strike& strike) final {
    Op& own = static_cast<Op&>(operation);
    strike.when == When::before ? before(own, strike) : after(own, strike);
  }

 protected:
  // As Fault::wants().
  virtual bool concerns(const Op&) { return true; }
  // As Fault::strike(), at each of the two moments.
  virtual void before(Op&, const Strike&) {}
  virtual void after(Op&, const Strike&) {}

 private:
  std::vector<Site> sites_;
};

// The fault that calls `how` at one moment of operations of any type, at these sites.
std::unique_ptr<Fault> fault_at(std::vector<Site> sites, When when,
                                std::function<void(Operation&, const Strike&)> how);

// The same for one type of operation, e.g. a write of which nothing gets through:
//   bend<FileOperation>({Site::file_append}, When::before,
//                       [](FileOperation& write, const Strike&) { write.kept = 0; });
// With Operation as the type it is about operations of any type. Throws as checked_sites() does.
template <class Op, class How>
std::unique_ptr<Fault> bend(std::vector<Site> sites, When when, How how) {
  return fault_at(checked_sites(std::move(sites), &Op::crosses, when), when,
                  [how = std::move(how)](Operation& operation, const Strike& strike) mutable {
                    how(static_cast<Op&>(operation), strike);
                  });
}
// The same wherever such operations cross.
template <class Op, class How>
std::unique_ptr<Fault> bend(When when, How how) {
  return bend<Op>(sites_of<Op>(when), when, std::move(how));
}

// Bends each batch that was fetched.
std::unique_ptr<Fault> bend_batches(std::function<void(Batch&, const Random&)> how);
// Fails files' operations with an errno.
std::unique_ptr<Fault> fail_files(std::vector<Site> sites, int error);

using FaultEntry = Entry<std::unique_ptr<Fault>>;
std::span<const FaultEntry> builtin_faults();

}  // namespace trainwreck
