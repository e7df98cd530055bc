#include "scenarios/campaign/wreck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <memory>
#include <numeric>
#include <set>
#include <thread>
#include <utility>

#include "faults/outside/launch.h"
#include "faults/recording/disk_tree.h"
#include "scenarios/campaign/comparison.h"
#include "scenarios/campaign/points.h"
#include "scenarios/campaign/second_run.h"
#include "scenarios/campaign/table.h"

namespace trainwreck::campaign {
namespace {

using Steady = std::chrono::steady_clock;
using Print = std::function<void(std::string_view)>;
using std::chrono::milliseconds;

constexpr milliseconds kLeastTimeout{30'000};

volatile std::sig_atomic_t interrupted = 0;

// The first Ctrl-C ends the campaign after the run that is under way; the second one is as always.
class InterruptWatch {
 public:
  InterruptWatch() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigaction(SIGINT, &action, &before_[0]);
    sigaction(SIGTERM, &action, &before_[1]);
  }
  ~InterruptWatch() {
    sigaction(SIGINT, &before_[0], nullptr);
    sigaction(SIGTERM, &before_[1], nullptr);
  }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  struct sigaction before_[2]{};
};

double seconds_of(const Run& run) {
  return std::chrono::duration<double>(run.observed.ending.took).count();
}

// An error is a run of its own before the second run.
std::size_t runs_of(Fault fault) { return fault >= Fault::disk_full ? 2 : 1; }

void wait_for_another_second() {
  using std::chrono::system_clock;
  const auto next = std::chrono::ceil<std::chrono::seconds>(system_clock::now());
  std::this_thread::sleep_until(next + milliseconds(5));
}

class Campaign {
 public:
  Campaign(const WreckOptions& options, const Print& print)
      : options_(options), print_(print), workplace_(options.command, options.folder) {}

  int run() {
    const int controls = undisturbed();
    if (controls != kNothingFound) return finish(controls);
    SecondRuns second_runs(workplace_, reference_, *comparison_);
    gentle_resume(second_runs);
    try_points(second_runs);
    print_(table_text(findings_, progress_));
    return finish(exit_code());
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    print_(fmt::format(format, std::forward<Args>(args)...) + "\n");
  }

  int finish(int code) {
    if (options_.json.empty()) return code;
    std::ofstream out(options_.json, std::ios::binary);
    out << results_json(options_, findings_, progress_, code);
    if (!out.flush()) throw IoError("write", options_.json, errno);
    return code;
  }

  // Everything else rests on these runs.
  int undisturbed() {
    Run& first = reference_.run;
    first = workplace_.run(options_.budget);
    if (const int code = refuse(first); code != kNothingFound) return code;
    const std::vector<std::string> unproven = prove(first.observed.recording);
    wait_for_another_second();
    workplace_.empty();
    const Run second = workplace_.run(options_.budget);
    if (const int code = refuse(second); code != kNothingFound) return code;
    const Run again = workplace_.run(options_.budget);
    understand(second, again);
    tell_undisturbed(second, again, unproven);
    const bool lost = first.observed.recording.spool->full();
    if (lost) say("unknown: it writes more than there is room for; nothing was tried");
    if (!unproven.empty() || lost) return kNotKnown;
    if (reference_.saves.count() == 0) {
      say("it saves nothing in {}: nothing to take up, nothing to compare", workplace_.folder());
      return kNothingToCompare;
    }
    return kNothingFound;
  }

  int refuse(const Run& run) {
    if (!run.observed.failures.empty()) {
      say("the harness failed: {}", run.observed.failures.front());
      return kNotKnown;
    }
    const outside::Ending& ending = run.observed.ending;
    if (!ending.start_error.empty()) {
      throw UsageError(options_.command.front() + ": " + ending.start_error);
    }
    if (run.well()) return kNothingFound;
    Verdict words;
    read_last_words(run.observed.recording, words);
    if (ending.timed_out) say("undisturbed, it does not end within the budget: try --for");
    if (!ending.timed_out) {
      say("undisturbed, it fails: exit code {}, signal {}", ending.exit_code, ending.signal);
    }
    if (!words.exception.empty()) say("    {} {}", words.exception, words.place);
    return kNothingToCompare;
  }

  void understand(const Run& second, const Run& again) {
    const Run& first = reference_.run;
    const outside::Recording& recording = first.observed.recording;
    reference_.logs = logs_of(recording, again.observed.recording);
    hash_ = std::make_unique<outside::ContentHash>(*recording.spool);
    reference_.saves = saves_of(recording, reference_.logs, *hash_);
    comparison_ = std::make_unique<Comparison>(first.end, second.end, reference_.logs, options_);
    const auto took = std::chrono::duration_cast<milliseconds>(first.observed.ending.took);
    reference_.timeout = std::max(kLeastTimeout, 10 * took);
  }

  void tell_undisturbed(const Run& second, const Run& again,
                        const std::vector<std::string>& unproven) {
    const outside::Recording& recording = reference_.run.observed.recording;
    const auto changes =
        std::count_if(recording.operations.begin(), recording.operations.end(),
                      [](const auto& operation) { return changes_the_tree(operation.kind); });
    say("undisturbed, twice        {:.1f} s, {:.1f} s  {} file operations, {} saves of {}",
        seconds_of(reference_.run), seconds_of(second), changes, reference_.saves.count(),
        reference_.saves.main.empty() ? "nothing" : reference_.saves.main);
    if (!comparison_->left_out().empty()) {
      say("left out, it differs or is a log: {}", fmt::join(comparison_->left_out(), ", "));
    }
    for (const std::string& path : unproven) {
      say("unknown: {} is not what the recording says; nothing was tried", path);
    }
    for (const auto& [file, gap] : recording.not_followed) {
      say("not followed: {}: {}", gap.path, gap.why);
    }
    for (const std::string& note : recording.notes) say("note: {}", note);
    Verdict at_its_end;
    if (!again.well()) {
      at_its_end = {.end = End::refused,
                    .detail = fmt::format("exit code {}", again.observed.ending.exit_code)};
      read_last_words(again.observed.recording, at_its_end);
    } else if (const auto difference = comparison_->difference(second.end, again.end)) {
      at_its_end = {.end = End::other_end, .detail = *difference};
    }
    say("started again at its end  {:.1f} s  {}", seconds_of(again), told(at_its_end));
    findings_.add_control("the end", "started again after it had ended", at_its_end);
  }

  static std::string told(const Verdict& verdict) {
    const std::string name(name_of(verdict.end));
    return verdict.detail.empty() ? name : name + ": " + verdict.detail;
  }

  void gentle_resume(SecondRuns& second_runs) {
    const auto verdict = second_runs.judge_gentle();
    if (!verdict) return say("gentle resume             not tried: no moment between two saves");
    say("gentle resume             stopped after save {}, started again: {}",
        second_runs.gentle_save(), told(*verdict));
    if (verdict->end == End::other_end) {
      say("    resume itself is inexact; points are compared with the gentle resume");
    }
    findings_.add_control(
        "gentle resume",
        fmt::format("stopped after save {}, started again", second_runs.gentle_save()), *verdict);
  }

  void try_points(SecondRuns& second_runs) {
    const Points points = points_of(reference_.run.observed.recording, reference_.saves, *hash_);
    progress_ = {.points = points.all.size(),
                 .families = points.families,
                 .of_known_families = points.of_known_families,
                 .never_looked_at = points.never_looked_at};
    const auto runs = std::accumulate(
        points.all.begin(), points.all.end(), std::size_t{0},
        [](std::size_t sum, const Point& point) { return sum + runs_of(point.fault); });
    const double seconds = seconds_of(reference_.run) * static_cast<double>(runs);
    say("price: a run {:.1f} s, {} points in {} classes: about {:.0f} s, of which {:.0f} s are "
        "allowed",
        seconds_of(reference_.run), progress_.points, progress_.families, seconds,
        std::chrono::duration<double>(options_.budget).count());
    if (points.as_after_a_kill > 0) {
      say("{} more disks that a power cut can leave are as after a kill, and judged there",
          points.as_after_a_kill);
    }
    std::set<std::pair<Fault, std::string>> families;
    for (const Point& point : points.all) {
      if (interrupted != 0) progress_.stopped = "interrupted";
      if (Steady::now() - start_ > options_.budget) progress_.stopped = "budget";
      if (!progress_.stopped.empty()) break;
      findings_.add(point, second_runs.judge(point));
      families.emplace(point.fault, point.family);
      ++progress_.tried;
    }
    progress_.families_tried = families.size();
  }

  int exit_code() const {
    if (!findings_.causes().empty()) return kFoundCauses;
    if (comparison_->nothing_to_compare()) return kNothingToCompare;
    const bool open = !findings_.unknown().empty() || !progress_.every_family();
    return open || progress_.stopped == "interrupted" ? kNotKnown : kNothingFound;
  }

  const WreckOptions& options_;
  const Print& print_;
  const InterruptWatch watch_;
  const Steady::time_point start_ = Steady::now();
  const Workplace workplace_;
  Reference reference_;
  std::unique_ptr<outside::ContentHash> hash_;
  std::unique_ptr<Comparison> comparison_;
  Findings findings_;
  Progress progress_;
};

}  // namespace

int wreck(const WreckOptions& options, const Print& print) {
  if (const auto reason = outside::why_unavailable()) throw outside::CannotWatch(*reason);
  return Campaign(options, print).run();
}

}  // namespace trainwreck::campaign
