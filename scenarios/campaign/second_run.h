#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "scenarios/campaign/comparison.h"
#include "scenarios/campaign/points.h"
#include "scenarios/campaign/saves.h"
#include "scenarios/campaign/verdict.h"
#include "scenarios/campaign/workplace.h"

namespace trainwreck::campaign {

// What is known of the undisturbed training.
struct Reference {
  Run run{};
  std::set<std::string> logs{};
  Saves saves{};
  std::chrono::milliseconds timeout{30'000};
};

// Puts what a fault left on the disk, starts the command again and says what came of it.
class SecondRuns {
 public:
  // All must outlive it.
  SecondRuns(const Workplace& workplace, const Reference& reference, const Comparison& comparison)
      : workplace_(workplace), reference_(reference), comparison_(comparison) {}

  // A control: stopped right after a whole save, with nothing in flight. If that has another end,
  // resuming itself is inexact, and each point is compared with the gentle end of the save that it
  // took up. Nothing where there is no such moment.
  std::optional<Verdict> judge_gentle();
  std::size_t gentle_save() const { return (reference_.saves.count() + 1) / 2; }

  Verdict judge(const Point& point);

 private:
  struct Left {  // by a fault
    const outside::Tree& tree;
    const outside::Spool& spool;
    std::size_t saves_done = 0;
    std::size_t saves_there = 0;
    bool may_lose = false;  // the disk may have lost what was not synced
  };

  Verdict judge_error(const Point& point);
  Verdict judge_left(const Left& left);
  Verdict judge_failed_start(const Run& run, const Left& left);
  Verdict judge_end(const Run& run, const Left& left);
  Verdict judge_work(const Run& run, const Left& left) const;
  std::size_t taken_up(const Run& run) const;
  std::optional<std::string> other_end(const Run& run);
  // Whether it is known what a gentle resume from this save ends with.
  bool find_gentle_end(std::size_t save);

  const Workplace& workplace_;
  const Reference& reference_;
  const Comparison& comparison_;
  bool inexact_ = false;
  std::map<std::size_t, Files> gentle_ends_;
};

}  // namespace trainwreck::campaign
