#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/listeners/time_book.h"

namespace trainwreck {

// A line of the account: what TimeLine has, of all runs together.
struct BenchLine {
  std::string spent;  // "step", "hook", ...
  std::string callback;
  std::string hook;
  std::int64_t calls = 0;
  std::int64_t in_epochs_ns = 0;
  std::int64_t outside_ns = 0;
  std::int64_t p50_ns = 0;
  std::int64_t p99_ns = 0;
  std::int64_t max_ns = 0;
  std::int64_t file_operations = 0;
  std::int64_t syncs = 0;
  std::int64_t bytes = 0;
  std::int64_t allocations = 0;
};

// Where the time of a scenario's fits went. The lines' time in epochs and what is unaccounted add
// up to the epochs' time, to the nanosecond.
struct BenchAccount {
  std::string title;
  std::int64_t runs = 0;
  std::int64_t epochs = 0;
  std::int64_t epochs_ns = 0;
  std::int64_t unaccounted_ns = 0;
  std::vector<std::string> left_out;  // see left_out_of_bench
  std::vector<BenchLine> lines;       // the most time in epochs first
};

// The same fit with a callback and without it, by turns.
struct BenchComparison {
  std::string title;
  std::string without;
  std::vector<std::int64_t> with_ns;     // the epochs' time of every run
  std::vector<std::int64_t> without_ns;  // of the run that was its neighbour
};

struct BenchOrder {
  int runs = 20;
  TimeBook::Clock clock;  // empty: the real one
};

// Runs the scenario's fit so many times on the real seams, in a scratch folder.
BenchAccount account_of(const Plan& plan, const Vocabulary& vocabulary, const BenchOrder& order);
// Throws ValueError, with the names there are, where the scenario has no such callback.
BenchComparison compare_without(const Plan& plan, const Vocabulary& vocabulary,
                                const std::string& without, const BenchOrder& order);
// One fit that nobody measures but, if wanted, this listener.
void fit_once(const Plan& plan, const Vocabulary& vocabulary, TraceSink* listener,
              bool with_callbacks = true);
// Runs the work in a folder of its own that is gone afterwards, with these files in it.
void in_scratch_folder(const Plan& plan, const std::function<void()>& work);

// What a scenario says and the measuring leaves out, each as a sentence.
std::vector<std::string> left_out_of_bench(const Plan& plan);

// The value that at least this share of all are not above: 0.5 of [1, 2, 3, 4] is 2. Sorts them.
std::int64_t nearest_rank(std::vector<std::int64_t>& values, double share);

}  // namespace trainwreck
