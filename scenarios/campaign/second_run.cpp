#include "scenarios/campaign/second_run.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "faults/recording/disk_tree.h"
#include "scenarios/points/watch.h"

namespace trainwreck::campaign {
namespace {

using std::chrono::milliseconds;

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

bool reads(const outside::Recording& recording, const std::string& group) {
  return std::any_of(recording.operations.begin(), recording.operations.end(),
                     [&](const auto& operation) {
                       return operation.kind == outside::OpKind::open && operation.counts() &&
                              (operation.flags & O_ACCMODE) != O_WRONLY &&
                              group_of(name_in(recording.start, operation.path)) == group;
                     });
}

// "model.json: w", without the values.
std::string part_of(const std::string& difference) {
  const std::size_t first = difference.find(": ");
  return difference.substr(0, difference.find(": ", first + 2));
}

}  // namespace

std::vector<Verdict> SecondRuns::judge(const std::vector<const Point*>& points) {
  const Point& first = *points.front();
  if (!first.unknown.empty()) return std::vector<Verdict>(points.size(), unknown(first.unknown));
  if (!leaves_a_disk(first.fault)) return {judge_run(first)};
  if (reference_.cut_short && first.saves_there == reference_.saves.count()) {
    return std::vector<Verdict>(points.size(), Verdict{.end = End::goes_on});
  }
  // What is written at the very end alone is looked at once for each class.
  const bool early = std::none_of(points.begin(), points.end(),
                                  [](const Point* point) { return point->rank == 0; });
  const Outcome outcome = second_run({first.tree, *first.spool}, early);
  std::vector<Verdict> verdicts;
  for (const Point* point : points) {
    const Left left{.saves_done = point->saves_done,
                    .saves_there = point->saves_there,
                    .saves_promised = point->saves_promised,
                    .promise = point->promise,
                    .may_lose = point->fault == Fault::power};
    verdicts.push_back(judge_work(outcome, left));
  }
  return verdicts;
}

Verdict SecondRuns::judge_run(const Point& point) {
  workplace_.empty();
  Strike strike(point.fault, point.nth, point.lasts);
  const Run run = run_now(strike, reference_.timeout, false);
  const outside::Recording& recording = run.observed.recording;
  if (!run.observed.failures.empty()) return unknown(run.observed.failures.front());
  if (!strike.fired()) return unknown("this run never came to that operation");
  std::string said;
  const Verdict under_fault = judge_under_fault(run, point, said);
  if (under_fault.end != End::same) return under_fault;
  outside::NodeNumbers numbers;
  const outside::Tree tree = read_tree({workplace_.folder()}, *recording.spool, numbers);
  const std::size_t there = newest_complete(run.end);
  // What comes after the last save that is asked for is not known.
  if (reference_.cut_short && there == reference_.saves.count()) return {.end = End::goes_on};
  const Outcome outcome = second_run({tree, *recording.spool}, point.rank != 0);
  const Verdict verdict = judge_work(outcome, {.saves_done = there, .saves_there = there});
  if (fails(verdict.end) || verdict.end == End::unknown) return verdict;
  if (run.observed.ending.orphans) {
    return {.end = End::orphans, .detail = "processes of it outlived it by 10 s"};
  }
  if (said.empty()) return verdict;
  return {.end = End::lost_work, .detail = "a save failed, it said so and went on: " + said};
}

// `said`: a save failed, and these words of its own tell it.
Verdict SecondRuns::judge_under_fault(const Run& run, const Point& point, std::string& said) {
  if (run.observed.ending.timed_out) return failure_of(run);
  // Whoever is told to stop may end with 0 before its time.
  if (!run.well() || is_signal(point.fault)) return {};
  auto difference = comparison_.difference(reference_.run.end, run.end);
  if (difference && learn_from_undisturbed()) {
    difference = comparison_.difference(reference_.run.end, run.end);
  }
  if (!difference) return {};
  said = complaint_in(new_lines(run.observed.recording, reference_.run.observed.recording));
  if (!said.empty()) return {};
  return {.end = End::silent_failure, .detail = "exit code 0, and " + *difference};
}

Run SecondRuns::run_now(outside::Strategy& strategy, milliseconds timeout, bool early) {
  Decider decider(reference_, comparison_, workplace_.folder(), early && !reference_.to_the_end);
  Enough enough{.until = reference_.until};
  if (early || reference_.cut_short) {
    enough.completed = [&](const std::string& name) { return decider.completed(name); };
  }
  Run run = run_watched(workplace_, strategy, timeout, enough);
  decided_.reset();
  if (run.ended_by_us && decider.decided()) {
    decided_ = Outcome{
        .ended = true, .from = decider.from(), .began_anew = decider.from() == std::size_t{0}};
  }
  return run;
}

Run SecondRuns::run_on(const Disk& disk, milliseconds timeout, bool early) {
  workplace_.put(disk.tree, disk.spool);
  outside::LetThrough nothing;
  return run_now(nothing, timeout, early);
}

SecondRuns::Outcome SecondRuns::second_run(const Disk& disk, bool early) {
  Run run = run_on(disk, reference_.timeout, early);
  if (decided_) return *decided_;
  if (run.observed.ending.timed_out) {  // once more, with more time: the machine may be busy
    run = run_on(disk, 2 * reference_.timeout, false);
  }
  if (!run.observed.failures.empty()) return {.verdict = unknown(run.observed.failures.front())};
  if (!run.well()) return failed_start(run);
  Outcome outcome{.ended = true};
  judge_end(run, disk, outcome);
  return outcome;
}

// It counts only if it fails again: some clear away what they cannot read.
SecondRuns::Outcome SecondRuns::failed_start(const Run& run) {
  if (run.observed.ending.timed_out) return {.verdict = failure_of(run)};
  outside::LetThrough nothing;
  const Run again = run_now(nothing, reference_.timeout, false);
  if (!again.observed.failures.empty()) {
    return {.verdict = unknown(again.observed.failures.front())};
  }
  if (!again.well()) return {.verdict = failure_of(again)};
  Outcome outcome{.ended = true};
  find_where_it_went_on(again, outcome);
  if (const auto difference = other_end(again, outcome)) {
    outcome.verdict = {.end = End::other_end, .detail = *difference};
  }
  outcome.verdict.detail +=
      (outcome.verdict.detail.empty() ? "" : "; ") + std::string("at its second start");
  return outcome;
}

void SecondRuns::judge_end(const Run& run, const Disk& disk, Outcome& outcome) {
  if (comparison_.nothing_to_compare()) {
    outcome.verdict = {.end = End::goes_on};
    return;
  }
  find_where_it_went_on(run, outcome);
  auto difference = other_end(run, outcome);
  if (!difference) return;
  if (!not_drift_.contains(part_of(*difference))) {
    if (learn_from_undisturbed()) difference = other_end(run, outcome);
    if (!difference) return;
    not_drift_.insert(part_of(*difference));
  }
  const Run again = run_on(disk, reference_.timeout, false);
  Outcome other{.ended = true};
  find_where_it_went_on(again, other);
  if (!again.well() || !other_end(again, other)) {
    outcome.verdict = unknown("its end was another one once, but not twice: " + *difference);
    return;
  }
  // Where resuming itself is inexact and no gentle end is known, it is that once more.
  const bool by_resume = inexact_ && (!outcome.from || !gentle_ends_.contains(*outcome.from));
  const End end = by_resume && admits_ ? End::inexact : End::other_end;
  outcome.verdict = {.end = end, .detail = *difference, .by_resume = by_resume};
}

bool SecondRuns::learn_from_undisturbed() {
  workplace_.empty();
  outside::LetThrough nothing;
  const Run run = run_now(nothing, reference_.timeout, false);
  return run.well() && comparison_.learn(reference_.run.end, run.end);
}

bool SecondRuns::ends_as_elsewhere() {
  workplace_.empty();
  outside::LetThrough nothing;
  const Run run = run_now(nothing, reference_.timeout, false);
  return run.well() && !comparison_.difference(reference_.run.end, run.end);
}

// By the content of the first save that it made, or else by how many it made.
void SecondRuns::find_where_it_went_on(const Run& run, Outcome& outcome) const {
  const Saves& all = reference_.saves;
  const outside::Recording& recording = run.observed.recording;
  outside::ContentHash hash(*recording.spool);
  Saves own = saves_of(recording, reference_.logs, hash);
  own.main = all.main;
  const std::size_t count = all.count();
  const auto first = std::find_if(own.all.begin(), own.all.end(),
                                  [&](const Save& save) { return save.group == all.main; });
  if (first == own.all.end()) {
    outcome.from = count;
    return;
  }
  const std::string bytes = bytes_of(first->contents, *recording.spool);
  const outside::Spool& spool = *reference_.run.observed.recording.spool;
  std::vector<std::size_t> alike;
  std::size_t number = 0;
  for (const Save& save : all.all) {
    if (save.group != all.main) continue;
    if (comparison_.same_save(save.name, bytes_of(save.contents, spool), first->name, bytes)) {
      alike.push_back(number);
    }
    ++number;
  }
  if (alike.size() == 1) {
    outcome.from = alike.front();
    outcome.began_anew = alike.front() == 0;
  } else if (alike.empty()) {
    outcome.from = count - std::min(count, own.count());
    outcome.began_anew = *outcome.from == 0 && !reads(recording, all.main);
  }
}

std::size_t SecondRuns::newest_complete(const Files& files) const {
  const outside::Spool& spool = *reference_.run.observed.recording.spool;
  std::size_t number = reference_.saves.count();
  for (auto save = reference_.saves.all.rbegin(); save != reference_.saves.all.rend(); ++save) {
    if (save->group != reference_.saves.main) continue;
    const std::string bytes = bytes_of(save->contents, spool);
    for (const auto& [name, found] : files) {
      if (group_of(name) != save->group) continue;
      if (comparison_.same_save(save->name, bytes, name, found)) return number;
    }
    --number;
  }
  return 0;
}

Verdict SecondRuns::judge_work(const Outcome& outcome, const Left& left) const {
  const std::size_t count = reference_.saves.count();
  const bool may_tell = outcome.ended && outcome.verdict.end == End::same && count >= 2;
  if (!may_tell || !outcome.from) return outcome.verdict;
  const std::size_t from = *outcome.from;
  const std::size_t complete = left.may_lose ? left.saves_there : left.saves_done;
  if (from == 0 && outcome.began_anew && complete > 0) {
    return {.end = End::started_over,
            .detail = fmt::format("it began from nothing, {} of {} saves had been complete",
                                  complete, count)};
  }
  if (left.may_lose && from < left.saves_promised) {
    const std::string words = left.promise.empty() ? "it had ended with exit code 0"
                                                   : "it had printed \"" + left.promise + "\"";
    return {.end = End::lost_work,
            .detail = fmt::format("{}, and save {} is gone: it went on from save {}", words,
                                  left.saves_promised, from)};
  }
  if (from + 1 < left.saves_done && (from > 0 || outcome.began_anew)) {
    return {.end = End::lost_work,
            .detail = fmt::format("it went on from save {}, after save {}", from, left.saves_done)};
  }
  return outcome.verdict;
}

std::optional<std::string> SecondRuns::other_end(const Run& run, Outcome& outcome) {
  auto difference = comparison_.difference(reference_.run.end, run.end);
  if (!difference || !inexact_ || !outcome.from) return difference;
  if (*outcome.from > 0 && find_gentle_end(*outcome.from)) {
    difference = comparison_.difference(gentle_ends_.at(*outcome.from), run.end);
  }
  return difference;
}

bool SecondRuns::find_gentle_end(std::size_t save) {
  if (gentle_ends_.contains(save)) return true;
  const outside::Recording& recording = reference_.run.observed.recording;
  const auto done = reference_.saves.after_whole_save(save, recording);
  if (!done) return false;
  const outside::Tree tree = tree_after(recording, *done);
  const Run run = run_on({tree, *recording.spool}, reference_.timeout, false);
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
  const Outcome outcome = second_run({tree, *recording.spool}, false);
  Verdict verdict =
      judge_work(outcome, {.saves_done = gentle_save(), .saves_there = gentle_save()});
  if (verdict.end == End::other_end && comparison_.leave_out_count_of_starts(verdict.detail)) {
    return judge_gentle();
  }
  // Whoever begins from nothing and ends elsewhere does not resume at all.
  inexact_ = verdict.end == End::other_end;
  if (!inexact_) return verdict;
  const Run again = run_on({tree, *recording.spool}, reference_.timeout, false);
  const std::string admission = admission_in(new_lines(again.observed.recording, recording));
  admits_ = !admission.empty();
  if (admits_) {
    verdict.end = End::inexact;
    verdict.detail += "; it says so: " + admission;
  }
  verdict.by_resume = true;
  return verdict;
}

}  // namespace trainwreck::campaign
