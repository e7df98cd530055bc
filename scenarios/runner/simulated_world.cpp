#include "scenarios/runner/simulated_world.h"

#include "engine/base/errors.h"
#include "faults/power/disk_replay.h"
#include "faults/shims/shims.h"

namespace trainwreck {
SimulatedWorld::SimulatedWorld(const Plan& plan)
    : disk_(plan.scenario.given.files,
            plan.scenario.given.disk_bytes.value_or(SimFileSystem::kNoLimit)),
      memory_(plan.scenario.given.memory_limit.value_or(INT64_MAX)),
      executor_(clock_, plan.seed),
      recorder_(clock_),
      weights_(plan.evidence.weights_at, recorder_),
      checkpoint_log_(disk_, weights_),
      hook_timer_(plan.evidence.hook_times, clock_, checkpoint_log_),
      injector_(*this, plan.seed, &hook_timer_),
      offered_disk_(wrap(disk_, injector_, &injector_)),
      offered_clock_(wrap(clock_, injector_)),
      offered_memory_(wrap(memory_, injector_)),
      offered_executor_(wrap(executor_, injector_)),
      offered_signals_(wrap(signals_, injector_)),
      memory_meter_(*offered_memory_, injector_, plan.evidence.memory),
      checksums_(std::make_shared<BatchChecksums>()),
      network_(std::make_shared<FakeNetwork>(plan.scenario.given.network, clock_, injector_)) {
  injector_.count_crossings(plan.evidence.crossings);
  disk_.fail_sync(plan.failing_sync);
  if (!plan.evidence.checksums && !plan.evidence.digests) return;
  const bool digests = plan.evidence.digests;
  recorder_.annotate([this, digests](TraceLine& line, Trace& trace) {
    checksums_->add_to(line, trace);
    if (digests) add_digest(weights_.model(), line, trace);
  });
}

SimulatedWorld::~SimulatedWorld() = default;

Seams SimulatedWorld::seams() {
  return {.files = *offered_disk_,
          .clock = *offered_clock_,
          .memory = memory_meter_,
          .executor = *offered_executor_,
          .signals = *offered_signals_,
          .trace = &injector_};
}

Seams SimulatedWorld::bare_seams() {
  return {.files = disk_,
          .clock = clock_,
          .memory = memory_,
          .executor = executor_,
          .signals = signals_};
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
