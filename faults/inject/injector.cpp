#include "faults/inject/injector.h"

#include <algorithm>

#include "engine/base/random.h"

namespace trainwreck {

Injector::Injector(World& world, std::uint64_t seed, TraceSink* next)
    : world_(world), seed_(seed), next_(next) {}

void Injector::plan(PlannedFault fault) {
  const std::span<const Site> legal = fault.fault->sites();
  if (std::find(legal.begin(), legal.end(), fault.trigger.site) == legal.end()) {
    throw StateError(fault.kind + " cannot strike at " + std::string(name_of(fault.trigger.site)));
  }
  armed_[static_cast<std::size_t>(fault.trigger.site)] = true;
  planned_.push_back(std::move(fault));
}

void Injector::disarm_all() {
  armed_.fill(false);
  for (PlannedFault& planned : planned_) planned.armed = false;
}

void Injector::set_run(std::int64_t run) { now_ = {.run = run}; }

void Injector::begin_call() {
  now_ = {.run = now_.run, .fit = now_.fit + 1};
  of_call_.clear();
  of_epoch_.clear();
  doom_.reset();
}

void Injector::die_if_due() {
  if (dead_) throw Death{cause_};
  if (doom_->clock.now() >= doom_->at) world_.die(doom_->cause);
}

Struck Injector::strike_before(Operation& operation) {
  Struck struck = choose(operation);
  for (PlannedFault* planned : struck) {
    planned->fault->strike(operation, {When::before, world_, random_for(*planned)});
    if (operation.answered && !can_be_answered(operation.site)) {
      throw StateError(planned->kind + " cannot do the work of " +
                       std::string(name_of(operation.site)));
    }
  }
  return struck;
}

void Injector::strike_after(const Struck& struck, Operation& operation) {
  for (PlannedFault* planned : struck) {
    planned->fault->strike(operation, {When::after, world_, random_for(*planned)});
  }
}

Struck Injector::choose(const Operation& operation) {
  Ordinals& ordinals = now_.epoch < 0 ? of_call_ : of_epoch_;
  const std::int64_t nth = ordinals[{now_.batch, operation.site, std::string(operation.detail)}]++;
  const Address here{
      .at = now_, .site = operation.site, .detail = std::string(operation.detail), .nth = nth};
  if (counting_) census_.push_back(here);
  Struck struck;
  for (PlannedFault& planned : planned_) {
    if (!strikes(planned, here, operation)) {
      if (planned.armed && planned.trigger.site == here.site) note_miss(planned, here);
      continue;
    }
    planned.fired.push_back(here);
    write_strike(planned, here);
    struck.push_back(&planned);
  }
  return struck;
}

void Injector::note_miss(PlannedFault& planned, const Address& here) {
  if (planned.missed++ == 0) planned.first_missed = here;
  planned.last_missed = here;
}

bool Injector::strikes(PlannedFault& planned, const Address& here, const Operation& operation) {
  const Trigger& trigger = planned.trigger;
  if (!planned.armed || !trigger.matches(here.at, here.site, here.detail, here.nth)) return false;
  if (!planned.fault->wants(operation)) return false;
  const std::int64_t matched = planned.matched++ - trigger.skip;
  if (matched < 0 || matched % trigger.every != 0) return false;
  const auto fired = static_cast<std::int64_t>(planned.fired.size());
  if (trigger.times && fired >= *trigger.times) return false;
  if (trigger.probability >= 1.0) return true;
  const Random random(seed_, Purpose::fault, here.at.epoch, here.at.batch);
  const auto draw = static_cast<std::uint64_t>(planned.matched);
  return static_cast<double>(random.uniform(draw)) < trigger.probability;
}

void Injector::write_strike(const PlannedFault& planned, const Address& here) {
  if (next_ == nullptr) return;
  const std::string address = text_of(here);
  next_->record({.kind = TraceKind::fault,
                 .epoch = here.at.epoch,
                 .batch = here.at.batch,
                 .number = here.nth,
                 .what = planned.kind,
                 .who = here.detail,
                 .detail = address});
}

Random Injector::random_for(const PlannedFault& planned) const {
  return {seed_, Purpose::fault, now_.epoch,
          now_.batch * 1000 + static_cast<std::int64_t>(planned.fired.size())};
}

void Injector::declare_death(std::string cause) {
  dead_ = true;
  cause_ = std::move(cause);
}

void Injector::revive() {
  dead_ = false;
  doom_.reset();
}

void Injector::doom(Clock& clock, std::chrono::nanoseconds at, std::string cause) {
  doom_.emplace(Doom{clock, at, std::move(cause)});
}

void Injector::move_to(std::int64_t epoch, std::int64_t batch) {
  now_.epoch = epoch;
  now_.batch = batch;
  if (epoch < 0 || epoch == latest_epoch_) return;
  latest_epoch_ = epoch;
  of_epoch_.clear();
}

// A batch is on from its fetch to the end of its scope; outside of batches there is only an epoch.
void Injector::record(const TraceEvent& event) {
  if (dead_) return;
  if (event.kind == TraceKind::scope_begin || event.kind == TraceKind::fetch_begin) {
    move_to(event.epoch, event.batch);
  }
  if (next_ != nullptr) next_->record(event);
  if (event.kind == TraceKind::scope_end) {
    const bool batch_ended = event.batch >= 0;
    move_to(batch_ended ? event.epoch : now_.epoch, -1);
    if (event.what == "epoch") move_to(-1, -1);
  }
}

}  // namespace trainwreck
