#include "scenarios/suite.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "engine/base/check.h"
#include "engine/loop/error_ledger.h"
#include "scenarios/verdict_json.h"

namespace trainwreck {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Verdict broken(const Plan& plan, VerdictKind kind, std::string note) {
  return {.kind = kind, .profile = plan.profile, .note = std::move(note)};
}

Verdict run_and_judge(const Plan& plan, const Vocabulary& vocabulary) {
  const Clock::time_point start = Clock::now();
  Verdict verdict;
  try {
    verdict = judge(run(plan, vocabulary), plan, vocabulary);
  } catch (...) {
    const ErrorRecord error = describe(std::current_exception());
    verdict = broken(plan, VerdictKind::error,
                     fmt::format("the harness failed: {}: {}", error.type, error.message));
  }
  verdict.seconds = seconds_since(start);
  return verdict;
}

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(to, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;  // the parent is gone, and nobody else wants to know
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

// One plan at work in a process of its own.
struct Worker {
  pid_t process = -1;
  int from = -1;
  std::size_t index = 0;
  std::string heard;
  Clock::time_point started;
  bool overdue = false;
};

class Suite {
 public:
  Suite(const std::vector<Plan>& plans, const Vocabulary& vocabulary, const SuiteOptions& options,
        const std::function<void(std::size_t, const Verdict&)>& done)
      : plans_(plans), vocabulary_(vocabulary), options_(options), done_(done) {
    results_.resize(plans.size());
  }

  std::vector<SuiteResult> run_all() {
    while (next_ < plans_.size() || !workers_.empty()) {
      while (may_begin()) begin(next_++);
      if (workers_.empty()) break;
      listen();
      kill_overdue();
    }
    return std::move(results_);
  }

 private:
  bool may_begin() const {
    return next_ < plans_.size() &&
           static_cast<int>(workers_.size()) < std::max(1, options_.jobs) &&
           !(options_.fail_fast && failed_);
  }

  void begin(std::size_t index) {
    int ends[2];
    TRAINWRECK_CHECK(pipe(ends) == 0, "a pipe to a worker");
    const pid_t process = fork();
    TRAINWRECK_CHECK(process >= 0, "a worker process");
    if (process == 0) {
      close(ends[0]);
      write_all(ends[1], json_of(run_and_judge(plans_[index], vocabulary_)));
      _exit(0);
    }
    close(ends[1]);
    workers_.push_back(
        {.process = process, .from = ends[0], .index = index, .started = Clock::now()});
  }

  void listen() {
    std::vector<pollfd> polled;
    for (const Worker& worker : workers_) polled.push_back({worker.from, POLLIN, 0});
    if (poll(polled.data(), polled.size(), 50) <= 0) return;
    for (std::size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents != 0) hear(i);
    }
  }

  void hear(std::size_t at) {
    char bytes[65536];
    const ssize_t count = read(workers_[at].from, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return;
    if (count > 0) {
      workers_[at].heard.append(bytes, static_cast<std::size_t>(count));
      return;
    }
    const Worker worker = std::move(workers_[at]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(at));
    finish(worker);
  }

  void finish(const Worker& worker) {
    close(worker.from);
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    const Plan& plan = plans_[worker.index];
    Verdict verdict;
    if (worker.overdue) {
      verdict = broken(plan, VerdictKind::failed,
                       fmt::format("hung: no end after {} s, killed", timeout(plan)));
    } else if (WIFSIGNALED(status)) {
      verdict = broken(plan, VerdictKind::failed,
                       fmt::format("crashed: {}", strsignal(WTERMSIG(status))));
    } else if (auto told = verdict_from(worker.heard)) {
      verdict = std::move(*told);
    } else {
      verdict = broken(plan, VerdictKind::failed, "the process ended without a verdict");
    }
    if (verdict.seconds == 0.0) verdict.seconds = seconds_since(worker.started);
    failed_ |= verdict.kind != VerdictKind::held && verdict.kind != VerdictKind::skipped &&
               verdict.kind != VerdictKind::expected_failure;
    if (done_) done_(worker.index, verdict);
    results_[worker.index] = {.verdict = std::move(verdict), .ran = true};
  }

  double timeout(const Plan& plan) const {
    return plan.scenario.timeout_seconds * options_.timeout_factor;
  }

  void kill_overdue() {
    for (Worker& worker : workers_) {
      if (worker.overdue || seconds_since(worker.started) < timeout(plans_[worker.index])) continue;
      worker.overdue = true;
      kill(worker.process, SIGKILL);
    }
  }

  const std::vector<Plan>& plans_;
  const Vocabulary& vocabulary_;
  const SuiteOptions& options_;
  const std::function<void(std::size_t, const Verdict&)>& done_;
  std::vector<SuiteResult> results_;
  std::vector<Worker> workers_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

std::vector<SuiteResult> run_suite(const std::vector<Plan>& plans, const Vocabulary& vocabulary,
                                   const SuiteOptions& options,
                                   const std::function<void(std::size_t, const Verdict&)>& done) {
  return Suite(plans, vocabulary, options, done).run_all();
}

}  // namespace trainwreck
