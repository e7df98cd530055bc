#include "scenarios/runner/simulated_world.h"

#include "engine/base/errors.h"
#include "faults/power/disk_replay.h"
#include "faults/shims/shims.h"
#include "scenarios/listeners/epoch_recorder.h"
#include "scenarios/process/black_box.h"

namespace trainwreck {

SimulatedWorld::SimulatedWorld(const Plan& plan, BlackBox* box)
    : harness_(plan.harness),
      evidence_(plan.evidence),
      disk_(plan.scenario.given.files,
            plan.scenario.given.disk_bytes.value_or(SimFileSystem::kNoLimit)),
      memory_(plan.scenario.given.memory_limit.value_or(INT64_MAX)),
      executor_(clock_, plan.seed),
      recorder_(clock_),
      box_writer_(box == nullptr ? nullptr : &box->trace(), clock_, recorder_),
      weights_(plan.evidence.weights_at, box_writer_),
      checkpoint_log_(disk_, weights_),
      step_witness_(plan.evidence.steps, plan.evidence.whole_step, checkpoint_log_),
      time_book_(plan.evidence.hook_times ? TimeBook::Clock([this] { return time_ns(); }) : nullptr,
                 {}, &step_witness_),
      injector_(*this, plan.seed, &time_book_),
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
  if (!wraps()) return bare_seams();
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

std::int64_t SimulatedWorld::time_ns() {
  const auto real = std::chrono::steady_clock::now().time_since_epoch();
  return (std::chrono::duration_cast<std::chrono::nanoseconds>(real) + clock_.now()).count();
}

void SimulatedWorld::begin_call(const CallPlace& place, Model& model) {
  recorder_.set_place(place.run, place.call);
  box_writer_.set_place(place.run, place.call);
  weights_.watch(&model, injector_.now());
  step_witness_.watch(&model, injector_.now());
  time_book_.begin_call();
  call_began_ns_ = time_ns();
}

void SimulatedWorld::end_call(CallOutcome& outcome) {
  calls_time_ns_ += time_ns() - call_began_ns_;
  outcome.files = disk_.files();
  outcome.files_left_open = disk_.open_files();
}

std::shared_ptr<DataSource> SimulatedWorld::watched(std::shared_ptr<DataSource> source) {
  return evidence_.checksums ? with_checksums(std::move(source), checksums_) : source;
}

void SimulatedWorld::watch(Model& model) {
  if (evidence_.checksums) watch_features(model, checksums_);
}

std::shared_ptr<EpochRecorder> SimulatedWorld::epoch_recorder() {
  return evidence_.states ? std::make_shared<EpochRecorder>(disk_) : nullptr;
}

void SimulatedWorld::tell(Outcome& outcome) {
  outcome.trace = recorder_.take();
  outcome.files = disk_.files();
  outcome.weights = weights_.take();
  outcome.steps = step_witness_.take();
  outcome.alerts = network_->take();
  outcome.hook_times_ns = time_book_.by_callback();
  outcome.calls_time_ns = calls_time_ns_;
  if (evidence_.disk) {
    outcome.disk = DiskRecord{disk_.start(), disk_.operations(), checkpoint_log_.take()};
  }
  for (const PlannedFault& planned : injector_.planned()) {
    outcome.faults.push_back({.kind = planned.kind,
                              .fired = planned.fired,
                              .pointer = planned.pointer,
                              .missed = planned.missed,
                              .first_missed = planned.first_missed,
                              .last_missed = planned.last_missed,
                              .site = name_of(planned.trigger.site)});
  }
  outcome.resources = {.memory_peak = memory_.peak(),
                       .memory_peak_by_purpose = memory_meter_.peaks(),
                       .memory_left_reserved = memory_.in_use(),
                       .tasks_left = executor_.tasks(),
                       .files_left_open = disk_.open_files()};
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
