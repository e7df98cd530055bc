#include "scenarios/suite/suite.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>

#include "engine/loop/error_ledger.h"
#include "engine/seams/file_system.h"
#include "engine/seams/signals.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/needs.h"
#include "scenarios/process/black_box.h"
#include "scenarios/process/forked.h"
#include "scenarios/runner/run.h"
#include "scenarios/runner/run_parts.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/verdict_json.h"
#include "scenarios/suite/write_file.h"
#include "scenarios/trace/trace_file.h"

namespace trainwreck {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

Verdict broken(const Plan& plan, VerdictKind kind, std::string note) {
  return {.kind = kind, .profile = plan.profile, .note = std::move(note)};
}

// "out_of_memory.three epochs.keras.2", of what can stand in a file's name.
std::string trace_name(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  std::string name = std::filesystem::path(scenario.path).stem().string();
  if (!scenario.case_name.empty()) name += "." + scenario.case_name;
  name += "." + plan.profile;
  if (plan.repetition > 0) name += fmt::format(".{}", plan.repetition);
  std::replace(name.begin(), name.end(), '/', '_');
  return name + ".jsonl";
}

// One plan at work in a process of its own.
struct Worker {
  Forked child;
  std::unique_ptr<BlackBox> box;
  std::size_t index = 0;
  Steady::time_point started;
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
    for (SuiteResult& result : results_) result.verdict.note = "not run, after a failure";
    while (next_ < plans_.size() || !workers_.empty()) {
      while (may_begin()) begin(next_++);
      if (workers_.empty()) break;
      listen();
      if (const auto signal = signals_->poll()) {
        give_up(*signal);
        break;
      }
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
    auto box = std::make_unique<BlackBox>();
    Forked child(
        [&](int to) {
          signals_.reset();  // the parent's: a story may want to listen itself
          box->listen();
          write_all(to,
                    json_of(run_and_judge(plans_[index], vocabulary_, options_.traces, box.get())));
          return 0;
        },
        Forked::Prints::to_parent);
    workers_.push_back({.child = std::move(child),
                        .box = std::move(box),
                        .index = index,
                        .started = Steady::now()});
  }

  void listen() {
    std::vector<pollfd> polled;
    for (const Worker& worker : workers_) {
      polled.push_back({worker.child.from(), POLLIN, 0});
      polled.push_back({worker.child.printed_from(), POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), 50) <= 0) return;
    for (std::size_t i = workers_.size(); i-- > 0;) {
      if (polled[2 * i + 1].revents != 0) workers_[i].child.hear_printed();
      if (polled[2 * i].revents != 0) hear(i);
    }
  }

  // What has not come to an end by now has no result.
  void give_up(int signal) {
    workers_.clear();
    for (SuiteResult& result : results_) {
      if (!result.ran) result.verdict.note = fmt::format("not run, after {}", strsignal(signal));
    }
  }

  void hear(std::size_t at) {
    if (workers_[at].child.hear()) return;
    finish(workers_[at]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void finish(Worker& worker) {
    const int status = worker.child.wait();
    auto told = verdict_from(worker.child.heard());
    const bool well = told && !worker.overdue && !WIFSIGNALED(status);
    Verdict verdict = well ? std::move(*told) : broken_off(worker, status);
    verdict.printed = worker.child.printed().text();
    if (verdict.seconds == 0.0) verdict.seconds = seconds_since(worker.started);
    failed_ |= is_failure(verdict.kind);
    if (done_) done_(worker.index, verdict);
    results_[worker.index] = {.verdict = std::move(verdict), .ran = true};
  }

  // That ended a process; 0 where none did. A sanitizer that finds a crash calls exit, after it has
  // said so.
  static int fatal_signal(const Worker& worker, int status) {
    if (WIFSIGNALED(status)) return WTERMSIG(status);
    const bool told =
        worker.child.printed().text().find("ERROR: AddressSanitizer") != std::string::npos;
    return told ? SIGABRT : 0;
  }

  // What is left of a process that came to no verdict.
  Verdict broken_off(const Worker& worker, int status) const {
    const Plan& plan = plans_[worker.index];
    Verdict verdict = broken(plan, VerdictKind::failed, "");
    if (worker.overdue) {
      verdict.breakdown = Breakdown::hung;
      verdict.note = fmt::format("hung: no end after {} s, killed", timeout(plan));
    } else if (const int signal = fatal_signal(worker, status); signal != 0) {
      verdict.breakdown = Breakdown::crashed;
      verdict.note = fmt::format("crashed: {}", WIFSIGNALED(status)
                                                    ? strsignal(signal)
                                                    : "a sanitizer ended it, see what it printed");
    } else {
      verdict.breakdown = Breakdown::vanished;
      verdict.note = fmt::format("the process ended without a verdict: somebody called exit({})",
                                 WEXITSTATUS(status));
    }
    if (const std::string doing = worker.box->doing(); !doing.empty()) {
      verdict.note += ", in " + doing;
    }
    Trace trace = worker.box->trace().harvest();
    trace.fields = fields_of(EvidenceRequest{});
    verdict.last_events = last_events(trace);
    verdict.stack = named_frames(worker.box->stack());
    if (!options_.traces.empty())
      keep_trace(plan, trace, ending_line(worker, trace, status), verdict);
    return verdict;
  }

  // What whoever watched a process adds to its trace: see docs/trace.md.
  static std::string ending_line(const Worker& worker, const Trace& trace, int status) {
    const std::int32_t run = trace.lines.empty() ? 0 : trace.lines.back().run;
    const int signal = fatal_signal(worker, status);
    const std::string how =
        worker.overdue ? "\"status\":\"hung\""
        : signal != 0  ? fmt::format("\"status\":\"killed\",\"signal\":{}", signal)
                       : fmt::format("\"status\":\"exited\",\"code\":{}", WEXITSTATUS(status));
    return fmt::format("{{\"ev\":\"ending\",\"run\":{},{}}}\n", run, how);
  }

  void keep_trace(const Plan& plan, const Trace& trace, const std::string& ending,
                  Verdict& verdict) const {
    try {
      write_file(path_in(options_.traces, trace_name(plan)), write_trace(trace) + ending);
    } catch (const std::exception& error) {
      verdict.note += fmt::format("; its trace could not be written: {}", error.what());
    }
  }

  // Real processes have their own deadline, which is to be found out before this one.
  double timeout(const Plan& plan) const {
    constexpr double kSpare = 10.0;
    const auto& chapters = plan.scenario.chapters;
    const auto processes =
        1 + std::count_if(chapters.begin(), chapters.end(),
                          [](const Chapter& c) { return c.action == Action::restart; });
    const double time = plan.scenario.timeout_seconds * options_.timeout_factor;
    return plan.scenario.real_process ? time * static_cast<double>(processes) + kSpare : time;
  }

  void kill_overdue() {
    for (Worker& worker : workers_) {
      if (worker.overdue || seconds_since(worker.started) < timeout(plans_[worker.index])) continue;
      worker.overdue = true;
      worker.box->ask(worker.child.process());
      worker.child.send(SIGKILL);
    }
  }

  const std::vector<Plan>& plans_;
  const Vocabulary& vocabulary_;
  const SuiteOptions& options_;
  const std::function<void(std::size_t, const Verdict&)>& done_;
  std::vector<SuiteResult> results_;
  std::vector<Worker> workers_;
  std::unique_ptr<Signals> signals_ = process_signals();
  std::size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

Verdict run_and_judge(const Plan& plan, const Vocabulary& vocabulary, const std::string& traces,
                      BlackBox* box) {
  const Steady::time_point start = Steady::now();
  Verdict verdict;
  if (const std::string missing = missing_for(plan.scenario); !missing.empty()) {
    return broken(plan, VerdictKind::skipped, missing);
  }
  try {
    const Outcome outcome = run(plan, vocabulary, box);
    if (box != nullptr) box->go_on_to("the judging");
    if (!traces.empty()) {
      write_file(path_in(traces, trace_name(plan)), write_trace(outcome.trace));
    }
    verdict = judge(outcome, plan);
  } catch (...) {
    const ErrorRecord error = describe(std::current_exception());
    verdict = broken(plan, VerdictKind::error,
                     fmt::format("the harness failed: {}: {}", error.type, error.message));
  }
  verdict.seconds = seconds_since(start);
  return verdict;
}

std::vector<SuiteResult> run_suite(const std::vector<Plan>& plans, const Vocabulary& vocabulary,
                                   const SuiteOptions& options,
                                   const std::function<void(std::size_t, const Verdict&)>& done) {
  return Suite(plans, vocabulary, options, done).run_all();
}

}  // namespace trainwreck
