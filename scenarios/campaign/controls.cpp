#include "scenarios/campaign/controls.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <thread>

#include "faults/recording/disk_tree.h"
#include "scenarios/points/protocol.h"
#include "scenarios/points/watch.h"
#include "scenarios/readers/read_values.h"

namespace trainwreck::campaign {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeastTimeout{30'000};
// What a slow disk costs a run: long enough for a clock in whole seconds to show it.
constexpr milliseconds kSlowDown{1'300};
// Another hour and another minute, wherever we are.
constexpr const char* kOtherTimezone = "TRW-11:37";

double seconds_of(const Run& run) {
  return std::chrono::duration<double>(run.observed.ending.took).count();
}

void wait_for_another_second() {
  using std::chrono::system_clock;
  const auto next = std::chrono::ceil<std::chrono::seconds>(system_clock::now());
  std::this_thread::sleep_until(next + milliseconds(5));
}

std::string told(const Verdict& verdict) {
  const std::string name(name_of(verdict.end));
  return verdict.detail.empty() ? name : name + ": " + verdict.detail;
}

std::size_t changes_in(const outside::Recording& recording) {
  return static_cast<std::size_t>(
      std::count_if(recording.operations.begin(), recording.operations.end(),
                    [](const auto& operation) { return changes_the_tree(operation.kind); }));
}

// Kills everything before the n-th operation that changes the folder.
class KillAt final : public outside::Strategy {
 public:
  explicit KillAt(std::size_t nth) : nth_(nth) {}
  outside::Decision decide(const outside::Crossing& crossing) override {
    const bool changes = outside::changes_the_tree(crossing.operation.kind);
    return changes && seen_++ == nth_ ? outside::kill_tree() : outside::let_through();
  }

 private:
  std::size_t nth_;
  std::size_t seen_ = 0;
};

}  // namespace

void Controls::tell(const std::string& where, const std::string& what, const Verdict& verdict) {
  findings_.add_control(where, what, verdict);
  results_.control(where, what, verdict);
}

// Where not all is wanted, it ends with the first file after so many saves.
Run Controls::run(outside::Strategy& strategy, const std::string& timezone) {
  std::map<std::string, std::size_t> counts;
  Enough enough{.until = options_.until, .timezone = timezone};
  if (options_.saves > 0) {
    enough.completed = [&](const std::string& name) {
      const bool done = ++counts[group_of(name)] >= options_.saves;
      return done ? Enough::Now::at_the_next_file : Enough::Now::no;
    };
  }
  return run_watched(workplace_, strategy, options_.budget, enough);
}

int Controls::undisturbed() {
  Run& first = reference_.run;
  LookAtTraits look;
  first = run(look, "");
  traits_ = look.traits();
  if (const int code = refuse(first); code != kNothingFound) return code;
  const std::vector<std::string> unproven = prove(first.observed.recording);
  wait_for_another_second();
  workplace_.empty();
  outside::LetThrough nothing;
  const Run second = run(nothing, kOtherTimezone);
  if (const int code = refuse(second); code != kNothingFound) return code;
  const Run again = run(nothing, "");
  understand(second, again);
  traits_.fleeting = fleeting_names(first.observed.recording, second.observed.recording);
  name_setting();
  tell_undisturbed(second, unproven);
  const bool lost = first.observed.recording.spool->full();
  if (lost) say("unknown: it writes more than there is room for; nothing was tried");
  if (!unproven.empty() || lost) return kNotKnown;
  if (reference_.saves.count() == 0) {
    say(fmt::format("it saves nothing in {}: nothing to take up, nothing to compare",
                    workplace_.folder()));
    return kNothingToCompare;
  }
  if (!reference_.cut_short) started_again(second, again);
  slow_disk();
  if (!comparison_->left_out().empty()) {
    say(fmt::format("left out, it differs or is a log: {}",
                    fmt::join(comparison_->left_out(), ", ")));
  }
  return is_interrupted() ? kNotKnown : kNothingFound;
}

int Controls::refuse(const Run& run) {
  if (!run.observed.failures.empty()) {
    say("the harness failed: " + run.observed.failures.front());
    return kNotKnown;
  }
  if (is_interrupted()) {
    say("interrupted");
    return kNotKnown;
  }
  const outside::Ending& ending = run.observed.ending;
  if (!ending.start_error.empty()) {
    throw UsageError(options_.command.front() + ": " + ending.start_error);
  }
  if (run.well()) return kNothingFound;
  Verdict words;
  read_last_words(run.observed.recording, words);
  if (ending.timed_out) say("undisturbed, it does not end within the budget: try --for or --saves");
  if (!ending.timed_out) {
    say(fmt::format("undisturbed, it fails: exit code {}, signal {}", ending.exit_code,
                    ending.signal));
  }
  if (!words.exception.empty()) say("    " + words.exception + " " + words.place);
  return kNothingToCompare;
}

void Controls::understand(const Run& second, const Run& again) {
  const Run& first = reference_.run;
  const outside::Recording& recording = first.observed.recording;
  reference_.logs = logs_of(recording, again.observed.recording);
  hash_ = std::make_unique<outside::ContentHash>(*recording.spool);
  reference_.saves = saves_of(recording, reference_.logs, *hash_);
  comparison_ = std::make_unique<Comparison>(first.end, second.end, reference_.logs, options_);
  const auto took = std::chrono::duration_cast<milliseconds>(first.observed.ending.took);
  reference_.timeout = std::max(kLeastTimeout, 10 * took);
  reference_.until = options_.until;
  reference_.cut_short = first.ended_by_us;
  reference_.to_the_end = options_.to_the_end;
}

void Controls::name_setting() {
  Setting setting;
  const std::string& program = options_.command.front();
  setting.python = program.substr(program.rfind('/') + 1).starts_with("python");
  for (const std::string& word : options_.command) {
    setting.python = setting.python || word.ends_with(".py");
  }
  if (reference_.saves.count() > 0) {
    setting.protocol = protocol_of(reference_.run.observed.recording, reference_.saves);
    for (const auto& [name, bytes] : reference_.run.end) {
      if (group_of(name) == reference_.saves.main) {
        setting.format = values::read_values(name, bytes).format;
      }
    }
  }
  findings_.set_setting(setting);
  results_.start(options_, setting);
}

void Controls::tell_undisturbed(const Run& second, const std::vector<std::string>& unproven) const {
  const outside::Recording& recording = reference_.run.observed.recording;
  const Saves& saves = reference_.saves;
  say(fmt::format(
      "undisturbed, twice        {:.1f} s, {:.1f} s  {} file operations, {} saves of {}",
      seconds_of(reference_.run), seconds_of(second), changes_in(recording), saves.count(),
      saves.main.empty() ? "nothing" : saves.main));
  if (saves.count() > 0) {
    const Setting& setting = findings_.setting();
    say(fmt::format("how it saves              {} ({})", name_of(setting.protocol),
                    setting.format));
  }
  for (const std::string& path : unproven) {
    say(fmt::format("unknown: {} is not what the recording says; nothing was tried", path));
  }
  for (const auto& [file, gap] : recording.not_followed) {
    say(fmt::format("not followed: {}: {}", gap.path, gap.why));
  }
  for (const std::string& note : recording.notes) say("note: " + note);
}

void Controls::started_again(const Run& second, const Run& again) {
  Verdict verdict;
  if (!again.well()) {
    verdict = {.end = End::refused,
               .detail = fmt::format("exit code {}", again.observed.ending.exit_code)};
    read_last_words(again.observed.recording, verdict);
  } else if (const auto difference = comparison_->difference(second.end, again.end)) {
    verdict = {.end = End::other_end, .detail = *difference};
  }
  say(fmt::format("started again at its end  {:.1f} s  {}", seconds_of(again), told(verdict)));
  tell("the end", "started again after it had ended", verdict);
}

// A file that is not whole then was published before its data; other values are times and rates.
void Controls::slow_disk() {
  const auto took = std::chrono::duration_cast<milliseconds>(reference_.run.observed.ending.took);
  const std::size_t count = std::max<std::size_t>(1, changes_in(reference_.run.observed.recording));
  const milliseconds all = std::max(kSlowDown, took / 2);
  SlowDisk slow(std::max(std::chrono::nanoseconds(milliseconds(1)),
                         std::chrono::nanoseconds(all) / static_cast<std::int64_t>(count)));
  workplace_.empty();
  Run run = this->run(slow, "");
  if (is_interrupted()) return;
  const bool proven = run.well() && run.observed.failures.empty() &&
                      run.observed.recording.not_followed.empty() &&
                      prove(run.observed.recording).empty();
  Verdict verdict;
  if (!run.observed.failures.empty()) {
    verdict = {.end = End::unknown, .detail = run.observed.failures.front()};
  } else if (!run.well()) {
    verdict = {.end = End::refused, .detail = "it fails on a slow disk"};
    read_last_words(run.observed.recording, verdict);
  } else {
    for (const auto& [name, bytes] : reference_.run.end) {
      const auto found = run.end.find(name);
      if (found == run.end.end() || !values::read_values(name, bytes).is_readable()) continue;
      if (values::read_values(name, found->second).is_readable()) continue;
      verdict = {.end = End::silent_failure,
                 .detail = "exit code 0, and " + name + " is not whole"};
    }
    if (!fails(verdict.end)) comparison_->learn(reference_.run.end, run.end);
  }
  say(fmt::format("slow disk                 {:.1f} s  {}", seconds_of(run), told(verdict)));
  tell("slow disk", "everything that changes the folder came late", verdict);
  if (proven && !run.observed.recording.spool->full())
    slow_ = std::make_unique<Run>(std::move(run));
}

void Controls::add_kills_on_a_slow_disk(Points& points) {
  if (slow_ == nullptr) return;
  const outside::Recording& recording = slow_->observed.recording;
  slow_hash_ = std::make_unique<outside::ContentHash>(*recording.spool);
  const Saves saves = saves_of(recording, reference_.logs, *slow_hash_);
  Traits traits = traits_;
  traits.fleeting = fleeting_names(recording, reference_.run.observed.recording);
  add_other_kills(recording, saves, traits, "on a slow disk, ", *slow_hash_, points);
}

void Controls::gentle_resume(SecondRuns& second_runs) {
  const std::size_t known = comparison_->left_out().size();
  const auto verdict = second_runs.judge_gentle();
  if (is_interrupted()) return;
  if (!verdict) return say("gentle resume             not tried: no moment between two saves");
  const std::string what =
      fmt::format("stopped after save {}, started again", second_runs.gentle_save());
  say(fmt::format("gentle resume             {}: {}", what, told(*verdict)));
  const auto& left_out = comparison_->left_out();
  for (std::size_t i = known; i < left_out.size(); ++i) say("left out, too: " + left_out[i]);
  if (second_runs.resume_is_inexact()) {
    say("    resume itself is inexact; points are compared with the gentle resume");
  }
  tell("gentle resume", what, *verdict);
}

void Controls::canary(const Points& points) {
  const Point* chosen = nullptr;
  std::size_t kills = 0;
  for (const Point& point : points.all) kills += point.fault == Fault::kill ? 1U : 0U;
  std::size_t seen = 0;
  for (const Point& point : points.all) {
    if (point.fault != Fault::kill || point.where == "end") continue;
    if (point.in_flight == 0 && point.changes > 0 && ++seen >= (kills + 1) / 3) {
      chosen = &point;
      break;
    }
  }
  if (chosen == nullptr) return say("canary                    not tried: no such point");
  workplace_.empty();
  KillAt kill(chosen->changes);
  const Run run = workplace_.run(kill, options_.budget);
  const Files computed = files_of(chosen->tree, *reference_.run.observed.recording.spool);
  std::string other;
  for (const auto& [name, bytes] : computed) {
    const auto found = run.end.find(name);
    if (found == run.end.end()) other = name + " is missing";
    if (found != run.end.end() && found->second != bytes) other = name + " differs";
  }
  for (const auto& [name, bytes] : run.end) {
    if (!computed.contains(name)) other = name + " is more";
  }
  if (!run.observed.ending.tree_killed) other = "it was not killed";
  say(fmt::format("canary                    really {}: {}", chosen->what,
                  other.empty() ? "the disk is as computed"
                                : "the disk is not as computed, for " + other +
                                      "; it does not write the same in every run"));
}

}  // namespace trainwreck::campaign
