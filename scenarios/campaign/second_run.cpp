#include "scenarios/campaign/second_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "faults/recording/disk_tree.h"

namespace trainwreck::campaign {
namespace {

Verdict unknown(std::string why) { return {.end = End::unknown, .detail = std::move(why)}; }

End how_it_failed(const Run& run) {
  const outside::Ending& ending = run.observed.ending;
  if (ending.timed_out) return End::hung;
  return ending.signal != 0 ? End::crashed : End::refused;
}

Verdict failure_of(const Run& run) {
  const outside::Ending& ending = run.observed.ending;
  Verdict verdict{.end = how_it_failed(run)};
  verdict.detail = fmt::format("exit code {}", ending.exit_code);
  if (ending.signal != 0) verdict.detail = fmt::format("signal {}", ending.signal);
  if (ending.timed_out) verdict.detail = "no end in time";
  read_last_words(run.observed.recording, verdict);
  return verdict;
}

}  // namespace

Verdict SecondRuns::judge(const Point& point) {
  if (!point.unknown.empty()) return unknown(point.unknown);
  if (point.fault == Fault::disk_full || point.fault == Fault::io_error) return judge_error(point);
  return judge_left({point.tree, *reference_.run.observed.recording.spool, point.saves_done,
                     point.saves_there, point.fault == Fault::power});
}

Verdict SecondRuns::judge_error(const Point& point) {
  workplace_.empty();
  FailAt strategy(point);
  const Run run = workplace_.run(strategy, reference_.timeout);
  const outside::Recording& recording = run.observed.recording;
  if (!run.observed.failures.empty()) return unknown(run.observed.failures.front());
  if (!strategy.fired()) return unknown("this run never came to that operation");
  if (run.observed.ending.timed_out) return failure_of(run);
  if (run.well()) {
    if (const auto difference = comparison_.difference(reference_.run.end, run.end)) {
      return {.end = End::silent_failure, .detail = "exit code 0, and " + *difference};
    }
  }
  outside::NodeNumbers numbers;
  const outside::Tree tree = read_tree({workplace_.folder()}, *recording.spool, numbers);
  outside::ContentHash hash(*recording.spool);
  const std::size_t there = newest_in(reference_.saves, tree, hash);
  return judge_left({tree, *recording.spool, there, there, false});
}

Verdict SecondRuns::judge_left(const Left& left) {
  workplace_.put(left.tree, left.spool);
  Run run = workplace_.run(reference_.timeout);
  if (run.observed.ending.timed_out) {  // once more, with more time: the machine may be busy
    workplace_.put(left.tree, left.spool);
    run = workplace_.run(2 * reference_.timeout);
  }
  if (!run.observed.failures.empty()) return unknown(run.observed.failures.front());
  return run.well() ? judge_end(run, left) : judge_failed_start(run, left);
}

// It counts only if it fails again: some clear away what they cannot read.
Verdict SecondRuns::judge_failed_start(const Run& run, const Left& left) {
  if (run.observed.ending.timed_out) return failure_of(run);
  const Run again = workplace_.run(reference_.timeout);
  if (!again.observed.failures.empty()) return unknown(again.observed.failures.front());
  if (!again.well()) return failure_of(again);
  Verdict verdict = judge_end(again, left);
  verdict.detail += (verdict.detail.empty() ? "" : "; ") + std::string("at its second start");
  return verdict;
}

Verdict SecondRuns::judge_end(const Run& run, const Left& left) {
  if (comparison_.nothing_to_compare()) return {.end = End::goes_on};
  const auto difference = other_end(run);
  if (!difference) return judge_work(run, left);
  workplace_.put(left.tree, left.spool);
  const Run again = workplace_.run(reference_.timeout);
  if (!again.well() || !other_end(again)) {
    return unknown("its end was another one once, but not twice: " + *difference);
  }
  return {.end = End::other_end, .detail = *difference};
}

// By the content of the first save that it made, or else by how many it made.
std::size_t SecondRuns::taken_up(const Run& run) const {
  const Saves& all = reference_.saves;
  outside::ContentHash hash(*run.observed.recording.spool);
  Saves own = saves_of(run.observed.recording, reference_.logs, hash);
  own.main = all.main;
  const std::size_t count = all.count();
  const auto first = std::find_if(own.all.begin(), own.all.end(),
                                  [&](const Save& save) { return save.group == all.main; });
  if (first == own.all.end()) return count;
  std::size_t number = 0;
  for (const Save& save : all.all) {
    if (save.group != all.main) continue;
    if (save.name == first->name && save.hash == first->hash) return number;
    ++number;
  }
  return count - std::min(count, own.count());
}

Verdict SecondRuns::judge_work(const Run& run, const Left& left) const {
  const std::size_t count = reference_.saves.count();
  if (count < 2) return {};  // there is no interval between saves
  const std::size_t from = taken_up(run);
  const std::size_t complete = left.may_lose ? left.saves_there : left.saves_done;
  if (from == 0 && complete > 0) {
    return {.end = End::started_over,
            .detail = fmt::format("it began from nothing, {} of {} saves had been complete",
                                  complete, count)};
  }
  if (from + 1 < left.saves_done) {
    return {.end = End::lost_work,
            .detail = fmt::format("it went on from save {}, after save {}", from, left.saves_done)};
  }
  return {};
}

std::optional<std::string> SecondRuns::other_end(const Run& run) {
  auto difference = comparison_.difference(reference_.run.end, run.end);
  if (!difference || !inexact_) return difference;
  const std::size_t save = taken_up(run);
  if (save > 0 && find_gentle_end(save)) {
    difference = comparison_.difference(gentle_ends_.at(save), run.end);
  }
  return difference;
}

bool SecondRuns::find_gentle_end(std::size_t save) {
  if (gentle_ends_.contains(save)) return true;
  const outside::Recording& recording = reference_.run.observed.recording;
  const auto done = reference_.saves.after_whole_save(save, recording);
  if (!done) return false;
  workplace_.put(tree_after(recording, *done), *recording.spool);
  const Run run = workplace_.run(reference_.timeout);
  if (run.well()) gentle_ends_.emplace(save, run.end);
  return run.well();
}

std::optional<Verdict> SecondRuns::judge_gentle() {
  const std::size_t count = reference_.saves.count();
  const outside::Recording& recording = reference_.run.observed.recording;
  if (count < 2) return std::nullopt;
  const auto done = reference_.saves.after_whole_save(gentle_save(), recording);
  if (!done || !recording.not_followed.empty()) return std::nullopt;
  const outside::Tree tree = tree_after(recording, *done);
  const Verdict verdict = judge_left({tree, *recording.spool, gentle_save(), gentle_save(), false});
  // Whoever begins from nothing and ends elsewhere does not resume at all.
  inexact_ = verdict.end == End::other_end;
  return verdict;
}

}  // namespace trainwreck::campaign
