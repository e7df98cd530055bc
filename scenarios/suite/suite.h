#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

class BlackBox;

struct SuiteOptions {
  int jobs = 1;            // processes at once
  bool fail_fast = false;  // begin nothing new after a first failure
  double timeout_factor = 1.0;
  std::string traces;  // a folder for the trace of every run; empty: none is written
};

// What became of one plan.
struct SuiteResult {
  Verdict verdict;
  bool ran = false;  // false: not begun or not ended; the verdict's note says why
};

// Runs and judges one plan, here and now. What happens is noted in the box, if there is one.
Verdict run_and_judge(const Plan& plan, const Vocabulary& vocabulary, const std::string& traces,
                      BlackBox* box = nullptr);

// The same for every plan in a process of its own, so that none can disturb another: a crash is a
// failed verdict, and what takes longer than its timeout is killed; both say what the process did
// last and where it was. What a process prints goes into its verdict. Results are in the plans'
// order; `done` is told of each as it comes. SIGINT and SIGTERM end the suite early: what is at
// work is killed and counts as not run.
std::vector<SuiteResult> run_suite(const std::vector<Plan>& plans, const Vocabulary& vocabulary,
                                   const SuiteOptions& options,
                                   const std::function<void(std::size_t, const Verdict&)>& done);

}  // namespace trainwreck
