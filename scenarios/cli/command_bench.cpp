#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/seams/trace.h"
#include "scenarios/bench/bench_report.h"
#include "scenarios/bench/callback_bench.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"

namespace trainwreck {
namespace {

using Steady = std::chrono::steady_clock;

constexpr const char* kFigures = R"({
  "name": "what is measured", "given": {
    "data": {"kind": "arrays", "samples": 1024, "features": 32, "batch_size": 32},
    "model": [{"kind": "dense", "units": 64, "activation": "relu"}, {"kind": "dense", "units": 1}],
    "compile": {"optimizer": "adam", "loss": "mse"},
    "callbacks": [{"kind": "csv_logger", "filename": "log.csv"}],
    "fit": {"epochs": 4}},
  "then": [{"kind": "status", "is": "completed"}]})";
constexpr int kStepsOfFigures = 4 * 32;

class Deaf final : public TraceSink {
 public:
  void record(const TraceEvent&) override { ++heard_; }

 private:
  std::int64_t heard_ = 0;
};

// The best of several, in nanoseconds: what disturbs only ever adds.
template <class Work>
std::int64_t fastest(Work work) {
  constexpr int kTries = 7;
  std::int64_t best = INT64_MAX;
  for (int i = 0; i < kTries; ++i) {
    const auto start = Steady::now();
    work();
    best = std::min<std::int64_t>(best, (Steady::now() - start).count());
  }
  return best;
}

}  // namespace

int command_bench(const Vocabulary& vocabulary) {
  const auto parse = [&] { return parse_scenario(kFigures, "figures", vocabulary); };
  const Plan figures = plan(parse().scenarios.at(0), vocabulary).at(0);
  const auto per_step = [](std::int64_t ns) { return time_text(ns / kStepsOfFigures); };
  in_scratch_folder(figures, [&] {
    Deaf deaf;
    const std::int64_t bare = fastest([&] { fit_once(figures, vocabulary, nullptr, false); });
    const std::int64_t listened = fastest([&] { fit_once(figures, vocabulary, &deaf, false); });
    const std::int64_t logged = fastest([&] { fit_once(figures, vocabulary, nullptr); });
    const std::int64_t wrecked = fastest([&] { run(figures, vocabulary); });
    fmt::print("a training step of a small model, one epoch's work shared out\n");
    fmt::print("  {:<44} {:>10}\n", "with nothing around it", per_step(bare));
    fmt::print("  {:<44} {:>10}\n", "and somebody who listens to the trace", per_step(listened));
    fmt::print("  {:<44} {:>10}\n", "with a CSV logger instead", per_step(logged));
    fmt::print("  {:<44} {:>10}\n", "in a simulated world, recorded", per_step(wrecked));
  });
  const Outcome outcome = run(figures, vocabulary);
  fmt::print("a scenario file\n");
  fmt::print("  {:<44} {:>10}\n", "to read", time_text(fastest(parse)));
  fmt::print("  {:<44} {:>10}\n", "to judge",
             time_text(fastest([&] { judge(outcome, figures, vocabulary); })));
  return kAllHeld;
}

}  // namespace trainwreck
