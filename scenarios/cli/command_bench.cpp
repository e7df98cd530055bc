#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <vector>

#include "engine/seams/seams.h"
#include "engine/seams/traced.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/build.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/listeners/allocations.h"
#include "scenarios/process/scratch_disk.h"
#include "scenarios/runner/run.h"
#include "scenarios/runner/run_parts.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/selection.h"
#include "trainwreck/trainer.h"

namespace trainwreck {
namespace {

using Steady = std::chrono::steady_clock;

// One hook of one callback.
struct Measured {
  std::vector<std::int64_t> times_ns;
  std::int64_t allocations = 0;

  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const std::int64_t time : times_ns) sum += time;
    return sum;
  }
  std::int64_t at(double share) {
    std::sort(times_ns.begin(), times_ns.end());
    const auto last = static_cast<double>(times_ns.size() - 1);
    return times_ns[static_cast<std::size_t>(last * share)];
  }
};

// Listens to nothing but the hooks and the epochs, and does as little as it can meanwhile.
class HookMeter final : public TraceSink {
 public:
  void record(const TraceEvent& event) override {
    if (is<traced::HookEnd>(event)) return finish();
    if (const auto hook = as<traced::HookBegin>(event)) return start(*hook);
    const auto begun = as<traced::ScopeBegin>(event);
    if (begun && begun->scope == "epoch") epoch_ = Steady::now();
    const auto ended = as<traced::ScopeEnd>(event);
    if (ended && ended->scope == "epoch") epochs_ns_ += (Steady::now() - epoch_).count();
  }
  using Key = std::pair<std::string, std::string>;  // callback, hook
  std::map<Key, Measured>& measured() { return measured_; }
  std::int64_t epochs_ns() const { return epochs_ns_; }

 private:
  void start(const traced::HookBegin& hook) {
    now_ = &measured_[{std::string(hook.callback), std::string(hook.hook)}];
    allocations_ = allocation_count();
    began_ = Steady::now();
  }
  void finish() {
    const auto took = Steady::now() - began_;
    now_->allocations += allocation_count() - allocations_;
    now_->times_ns.push_back(took.count());
  }

  std::map<Key, Measured> measured_;
  Measured* now_ = nullptr;
  Steady::time_point began_;
  Steady::time_point epoch_;
  std::int64_t allocations_ = 0;
  std::int64_t epochs_ns_ = 0;
};

// The scenario's fit, without its faults, on the real seams. Files go to the current folder.
void fit_once(const Plan& plan, const Vocabulary& vocabulary, TraceSink* listener,
              bool with_callbacks = true) {
  RealWorld world;
  Seams seams = world.seams();
  seams.trace = listener;
  const Setup& setup = plan.scenario.given;
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams, .seed = plan.seed};
  const std::unique_ptr<Model> model = build_model(setup, context);
  const std::shared_ptr<DataSource> data = build_data(*setup.data, context);
  FitOptions options = fit_options(setup.fit);
  if (setup.validation) options.validation = build_data(*setup.validation, context);
  for (const Part& part : setup.callbacks) {
    if (with_callbacks) options.callbacks.push_back(build_callback(part, context));
  }
  Trainer(*model, seams, plan.policy).fit(*data, options);
}

std::string time_text(std::int64_t ns) {
  if (ns < 10'000) return fmt::format("{} ns", ns);
  if (ns < 10'000'000) return fmt::format("{:.1f} us", static_cast<double>(ns) / 1e3);
  return fmt::format("{:.1f} ms", static_cast<double>(ns) / 1e6);
}

void print_table(HookMeter& meter) {
  std::vector<std::pair<HookMeter::Key, Measured*>> rows;
  for (auto& [key, measured] : meter.measured()) rows.emplace_back(key, &measured);
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.second->total() > b.second->total(); });
  fmt::print("{:<24} {:<24} {:>7} {:>10} {:>10} {:>8} {:>12}\n", "callback", "hook", "calls", "p50",
             "p99", "share", "allocations");
  const double epochs = static_cast<double>(std::max<std::int64_t>(meter.epochs_ns(), 1));
  for (auto& [key, row] : rows) {
    const auto calls = static_cast<double>(row->times_ns.size());
    fmt::print("{:<24} {:<24} {:>7} {:>10} {:>10} {:>7.1f}% {:>12.1f}\n", key.first, key.second,
               row->times_ns.size(), time_text(row->at(0.5)), time_text(row->at(0.99)),
               100.0 * static_cast<double>(row->total()) / epochs,
               static_cast<double>(row->allocations) / calls);
  }
  if (rows.empty()) {
    fmt::print("No callback listens to any hook.\n");
    return;
  }
  const auto& [worst, row] = rows.front();
  const double share = 100.0 * static_cast<double>(row->total()) / epochs;
  fmt::print("\nLook at {} of {}: {:.1f}% of the epochs' time.\n\n", worst.second, worst.first,
             share);
}

// Runs everything in a folder of its own that is gone afterwards.
template <class Work>
void in_a_scratch_folder(const std::map<std::string, std::string>& files, Work work) {
  const ScratchDisk disk(files, std::nullopt);
  const auto back = std::filesystem::current_path();
  disk.enter();
  work();
  std::filesystem::current_path(back);
}

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
  in_a_scratch_folder({}, [&] {
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

int command_bench_callbacks(const BenchCommand& command, const Vocabulary& vocabulary) {
  const Selection selection{.profile = command.profile, .all = true};
  std::vector<Plan> plans;
  if (!select_plans(command.paths, selection, vocabulary, plans)) return kUsageError;
  for (const Plan& plan : plans) {
    if (!plan.scenario.given.data) continue;
    HookMeter meter;
    for (int i = 0; i < command.repeat; ++i) {
      in_a_scratch_folder(plan.scenario.given.files, [&] { fit_once(plan, vocabulary, &meter); });
    }
    fmt::print("{}, {} runs\n", title_of(plan), command.repeat);
    print_table(meter);
  }
  return kAllHeld;
}

}  // namespace trainwreck
