#include "scenarios/runner/child_world.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "engine/base/errors.h"
#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "engine/seams/signals.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

using Resource = decltype(RLIMIT_AS);

// The soft limit alone, so that it can be taken back.
bool set_soft_limit(Resource resource, std::optional<rlim_t> value) {
  rlimit limits{};
  if (getrlimit(resource, &limits) != 0) return false;
  limits.rlim_cur = value.value_or(limits.rlim_max);
  return setrlimit(resource, &limits) == 0;
}

rlim_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Runs with root's rights, where they were given up.
template <class Action>
void as_root(Action action) {
  become_root();
  action();
  become_unprivileged();
}

}  // namespace

ChildWorld::ChildWorld(const Plan& plan, SharedTrace& trace, const ScratchDisk& disk, Tell tell)
    : disk_(disk),
      tell_(std::move(tell)),
      files_(real_file_system()),
      clock_(real_clock()),
      memory_(plan.scenario.given.memory_limit.value_or(INT64_MAX)),
      executor_(thread_executor()),
      signals_(process_signals()),
      recorder_(clock_, trace),
      weights_(plan.evidence.weights_at, recorder_),
      weight_teller_(weights_, tell_),
      injector_(*this, plan.seed, &weight_teller_),
      offered_files_(wrap(*files_, injector_, &injector_, Threads::run_freely)),
      offered_clock_(wrap(clock_, injector_)),
      offered_memory_(wrap(memory_, injector_)),
      offered_executor_(wrap(*executor_, injector_)),
      offered_signals_(wrap(*signals_, injector_)) {
  injector_.count_crossings(plan.evidence.crossings);
  set_soft_limit(RLIMIT_CORE, 0);
}

ChildWorld::~ChildWorld() = default;

Seams ChildWorld::seams() {
  return {.files = *offered_files_,
          .clock = *offered_clock_,
          .memory = *offered_memory_,
          .executor = *offered_executor_,
          .signals = *offered_signals_,
          .trace = &injector_};
}

void ChildWorld::die(std::string_view cause) {
  if (cause == "SIGABRT") std::abort();
  raise(SIGKILL);
  std::abort();  // not reached
}

// The kernel keeps the time: nothing that this process does or fails to do can stop it.
void ChildWorld::die_in(std::chrono::nanoseconds time, std::string_view) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer{};
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(time.count() / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(time.count() % 1'000'000'000);
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime(timer, 0, &when, nullptr) != 0) {
    give_up("no timer for the grace time");
  }
}

void ChildWorld::deliver_signal(int number) { raise(number); }

void ChildWorld::hang() {
  while (true) pause();
}

void ChildWorld::cut_power(PersistenceModel, const Random&) {
  give_up("a real process cannot cut the power: what it wrote outlives it");
}

bool ChildWorld::enforce(Limit limit, std::int64_t bytes, const std::string& path) {
  const auto size = static_cast<rlim_t>(bytes);
  try {
    switch (limit) {
      case Limit::memory:
        return set_soft_limit(RLIMIT_AS, address_space() + size);
      case Limit::file_size:
        signal(SIGXFSZ, SIG_IGN);  // the failing write is enough
        return set_soft_limit(RLIMIT_FSIZE, size);
      case Limit::disk_space:
        if (!disk_.mounted()) return false;
        as_root([&] { disk_.leave_room(bytes); });
        return true;
      case Limit::read_only_disk:
        if (!disk_.mounted()) return false;
        as_root([&] { disk_.make_read_only(); });
        return true;
      case Limit::directory:
        return geteuid() != 0 && chmod(path.c_str(), 0555) == 0;
    }
  } catch (const IoError& error) {
    give_up(error.what());
  }
  return false;
}

void ChildWorld::lift_limits() {
  set_soft_limit(RLIMIT_AS, std::nullopt);
  set_soft_limit(RLIMIT_FSIZE, std::nullopt);
  signal(SIGXFSZ, SIG_DFL);
}

void ChildWorld::give_up(const std::string& why) {
  tell_({.harness_failed = why});
  _exit(1);  // nobody asks: the run has no outcome
}

}  // namespace trainwreck
