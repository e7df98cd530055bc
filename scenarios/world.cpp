#include "scenarios/world.h"

#include "engine/base/errors.h"
#include "engine/model/model.h"
#include "faults/disk_replay.h"
#include "faults/shims/shims.h"

namespace trainwreck {

void WeightKeeper::record(const TraceEvent& event) {
  next_.record(event);
  if (wanted_.empty() || model_ == nullptr) return;
  if (event.kind == TraceKind::step_end && event.detail == "committed") {
    keep(event.epoch, event.batch);
  } else if (event.kind == TraceKind::scope_end && event.what == "epoch") {
    keep(event.epoch, -1);
  } else if (event.kind == TraceKind::scope_begin && event.what == "train") {
    keep(-1, -1);
  }
}

void WeightKeeper::keep(std::int64_t epoch, std::int64_t batch) {
  for (const Instant& wanted : wanted_) {
    if (wanted.epoch != epoch || wanted.batch != batch) continue;
    WeightsAt here{.at = call_, .iterations = 0};
    here.at.epoch = epoch;
    here.at.batch = batch;
    const auto values = model_->parameters().values();
    here.weights.assign(values.begin(), values.end());
    kept_.push_back(std::move(here));
    return;
  }
}

SimulatedWorld::SimulatedWorld(const Plan& plan)
    : disk_(plan.scenario.given.files,
            plan.scenario.given.disk_bytes.value_or(SimFileSystem::kNoLimit)),
      memory_(plan.scenario.given.memory_limit.value_or(INT64_MAX)),
      executor_(clock_, plan.seed),
      recorder_(clock_),
      weights_(plan.evidence.weights_at, recorder_),
      injector_(*this, plan.seed, &weights_),
      offered_disk_(offering(disk_, injector_, &injector_)),
      offered_clock_(offering(clock_, injector_)),
      offered_memory_(offering(memory_, injector_)),
      offered_executor_(offering(executor_, injector_)),
      offered_signals_(offering(signals_, injector_)) {
  injector_.count_crossings(plan.evidence.crossings);
}

SimulatedWorld::~SimulatedWorld() = default;

Seams SimulatedWorld::seams() {
  return {.files = *offered_disk_,
          .clock = *offered_clock_,
          .memory = *offered_memory_,
          .executor = *offered_executor_,
          .signals = *offered_signals_,
          .trace = &injector_};
}

void SimulatedWorld::die(std::string_view cause) {
  disk_.freeze();
  injector_.declare_death(std::string(cause));
  throw Death{cause};
}

// Whoever waits without a deadline is found here.
void SimulatedWorld::hang() {
  executor_.wait([] { return false; }, [] {}, std::nullopt);
}

void SimulatedWorld::cut_power(PersistenceModel model, const Random& random) {
  const DiskHistory history{.start = disk_.start(), .done = disk_.operations()};
  disk_.replace(files_after_cut(history, model, random_choice(random)));
  die("power cut");
}

void SimulatedWorld::restart(const std::vector<std::string>& loses) {
  disk_.replace(disk_.files());
  for (const std::string& lost : loses) {
    if (disk_.is_directory(lost)) {
      disk_.remove_directory(lost);
    } else if (disk_.exists(lost)) {
      disk_.remove(lost);
    }
  }
  disk_.replace(disk_.files());
  injector_.revive();
}

}  // namespace trainwreck
