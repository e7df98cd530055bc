#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/campaign/comparison.h"
#include "scenarios/campaign/decider.h"
#include "scenarios/campaign/verdict.h"
#include "scenarios/points/points.h"
#include "scenarios/points/workplace.h"

namespace trainwreck::campaign {

// Puts what a fault left on the disk, starts the command again and says what came of it.
class SecondRuns {
 public:
  // All must outlive it. The comparison learns when it turns out that a value differs between
  // undisturbed runs after all.
  SecondRuns(const Workplace& workplace, const Reference& reference, Comparison& comparison)
      : workplace_(workplace), reference_(reference), comparison_(comparison) {}

  // A control: stopped right after a whole save, with nothing in flight. If that has another end,
  // resuming itself is inexact, and each point is compared with the gentle end of the save that it
  // took up. Nothing where there is no such moment.
  std::optional<Verdict> judge_gentle();
  std::size_t gentle_save() const { return (reference_.saves.count() + 1) / 2; }
  bool resume_is_inexact() const { return inexact_; }

  // Points that leave the same disk share a second run. REQUIRES: one, or several of one disk.
  std::vector<Verdict> judge(const std::vector<const Point*>& points);

  // An undisturbed run here and now; what it has otherwise is left out. Whether anything is.
  bool learn_from_undisturbed();
  // Whether an undisturbed run in this workplace ends as the reference does.
  bool ends_as_elsewhere();

 private:
  // What a second run came to, before it is known what had been promised.
  struct Outcome {
    Verdict verdict{};
    bool ended = false;                 // with exit code 0
    std::optional<std::size_t> from{};  // the save that it went on from
    bool began_anew = false;            // and that is certain
  };
  struct Disk {
    const outside::Tree& tree;
    const outside::Spool& spool;
  };
  struct Left {  // by a fault
    std::size_t saves_done = 0;
    std::size_t saves_there = 0;
    std::size_t saves_promised = 0;
    std::string promise{};
    bool may_lose = false;  // the disk may have lost what was not synced
  };

  Verdict judge_run(const Point& point);
  Verdict judge_under_fault(const Run& run, const Point& point, std::string& said);
  Outcome second_run(const Disk& disk, bool early);
  Outcome failed_start(const Run& run);
  void judge_end(const Run& run, const Disk& disk, Outcome& outcome);
  Verdict judge_work(const Outcome& outcome, const Left& left) const;
  void find_where_it_went_on(const Run& run, Outcome& outcome) const;
  // `early`: it may be ended as soon as its end is known.
  Run run_now(outside::Strategy& strategy, std::chrono::milliseconds timeout, bool early);
  Run run_on(const Disk& disk, std::chrono::milliseconds timeout, bool early);
  std::optional<std::string> other_end(const Run& run, Outcome& outcome);
  std::size_t newest_complete(const Files& files) const;
  // Whether it is known what a gentle resume from this save ends with.
  bool find_gentle_end(std::size_t save);

  const Workplace& workplace_;
  const Reference& reference_;
  Comparison& comparison_;
  bool inexact_ = false;
  bool admits_ = false;  // and says so
  std::map<std::size_t, Files> gentle_ends_;
  std::optional<Outcome> decided_;   // what the latest run had come to when it was ended by us
  std::set<std::string> not_drift_;  // differences that an undisturbed run does not have
};

}  // namespace trainwreck::campaign
