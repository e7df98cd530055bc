// What it costs to ask the contract of a run, in CPU time of this one thread: an event, and how
// much more four times as many events cost.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/report.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/contract.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "trainwreck/cli.h"

namespace trainwreck::bench {
namespace {

constexpr const char* kPlain = R"({"kind": "probe", "name": "A"})";
constexpr const char* kSaving = R"({"kind": "probe", "name": "A"},
    {"kind": "csv_logger", "filename": "log.csv"},
    {"kind": "model_checkpoint", "path": "best.ckpt",
     "monitor": "loss", "save_best_only": true},
    {"kind": "backup_and_restore", "backup_dir": "backup"})";

struct Story {
  int epochs = 0;
  int batches = 0;
  const char* callbacks = kPlain;
};

// A run that was told once, and is judged again and again.
class ToldRun {
 public:
  explicit ToldRun(const Story& story) : plan_(plan_of(story)) {
    const double begin = cpu_ns();
    outcome_ = run(plan_, vocabulary_);
    run_ns_ = cpu_ns() - begin;
  }

  double events() const { return static_cast<double>(outcome_.trace.lines.size()); }
  double run_ns() const { return run_ns_; }
  // The least of a few: whatever else this machine does only adds.
  double judging_ns(const Options& options) const {
    double least = 0.0;
    for (int i = 0; i < (options.smoke ? 1 : 7); ++i) {
      const double begin = cpu_ns();
      benchmark::DoNotOptimize(
          judge_contract({.trace = outcome_.trace, .outcome = &outcome_, .policy = &plan_.policy},
                         builtin_invariants()));
      const double took = cpu_ns() - begin;
      least = i == 0 ? took : std::min(least, took);
    }
    return least;
  }

 private:
  Plan plan_of(const Story& story) const {
    const std::string text = fmt::format(
        R"({{"name": "a run", "about": "long", "given": {{
             "data": {{"kind": "arrays", "samples": {}, "features": 2, "batch_size": 1}},
             "callbacks": [{}], "fit": {{"epochs": {}}}}},
             "then": {{"hardened": [{{"kind": "keeps_contract"}}]}}}})",
        story.batches, story.callbacks, story.epochs);
    const ParsedScenario parsed = parse_scenario(text, "bench", vocabulary_);
    for (const Diagnostic& one : parsed.mistakes) fmt::print("{}\n", one.message);
    if (parsed.scenarios.empty()) std::exit(2);
    return plan(parsed.scenarios.front(), vocabulary_).front();
  }

  Vocabulary vocabulary_ = builtin_vocabulary();
  Plan plan_;
  Outcome outcome_;
  double run_ns_ = 0.0;
};

void add_event(std::vector<Figure>& figures, const std::string& what, const Story& story,
               double limit_us, const Options& options) {
  const ToldRun told(story);
  const double ns = told.judging_ns(options);
  figures.push_back({"an event of " + what, ns / told.events() / 1e3, limit_us, "us"});
  figures.push_back({"judging beside running " + what, ns / told.run_ns(), 0.0, "x"});
}

// Both small enough to stay in a cache: of what does not, a long trace has more than a short one.
void add_growth(std::vector<Figure>& figures, const std::string& what, Story story,
                const Options& options) {
  constexpr double kGrowth = 5.0;
  const double one_ns = ToldRun(story).judging_ns(options);
  story.epochs *= 4;
  const double four_ns = ToldRun(story).judging_ns(options);
  figures.push_back({"four times the epochs of " + what, four_ns / one_ns, kGrowth, "x"});
}

int measure_judging(const Options& options) {
  constexpr double kEvent = 0.5;
  const int epochs = options.smoke ? 2 : 200;
  const Story plain{.epochs = epochs, .batches = 100};
  const Story saving{.epochs = epochs, .batches = 4, .callbacks = kSaving};
  std::vector<Figure> figures;
  add_event(figures, "a long run", plain, kEvent, options);
  add_event(figures, "a run that saves", saving, 0.0, options);
  add_growth(figures, "a run", {.epochs = 5, .batches = 50}, options);
  add_growth(figures, "a run that saves", {.epochs = 10, .batches = 4, .callbacks = kSaving},
             options);
  return report(figures, options);
}

}  // namespace
}  // namespace trainwreck::bench

int main(int argc, char** argv) {
  return trainwreck::bench::measure_judging(trainwreck::bench::read_options(argc, argv));
}
