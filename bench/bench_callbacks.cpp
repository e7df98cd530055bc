#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/report.h"
#include "engine/layers/layers.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/seams/seams.h"
#include "trainwreck/model.h"
#include "trainwreck/trainer.h"

// What callbacks cost: each hook dispatched alone, and the whole loop around a step that does
// nothing.
namespace trainwreck::bench {
namespace {

class Silent final : public Callback {
 public:
  std::string name() const override { return "silent"; }
};

class Listening final : public Callback {
 public:
  std::string name() const override { return "listening"; }
  void on_train_begin(Event&) override { ++heard_; }
  void on_train_end(Event&) override { ++heard_; }
  void on_epoch_begin(Event&) override { ++heard_; }
  void on_epoch_end(Event&) override { ++heard_; }
  void on_train_batch_begin(Event&) override { ++heard_; }
  void on_train_batch_end(Event&) override { ++heard_; }
  void on_test_begin(Event&) override { ++heard_; }
  void on_test_end(Event&) override { ++heard_; }
  void on_test_batch_begin(Event&) override { ++heard_; }
  void on_test_batch_end(Event&) override { ++heard_; }
  void on_predict_begin(Event&) override { ++heard_; }
  void on_predict_end(Event&) override { ++heard_; }
  void on_predict_batch_begin(Event&) override { ++heard_; }
  void on_predict_batch_end(Event&) override { ++heard_; }
  std::int64_t heard() const { return heard_; }

 private:
  std::int64_t heard_ = 0;
};

std::vector<CallbackHandle> handles(std::int64_t count, bool overridden) {
  std::vector<CallbackHandle> result;
  for (std::int64_t i = 0; i < count; ++i) {
    if (overridden) {
      result.emplace_back(std::make_shared<Listening>());
    } else {
      result.emplace_back(std::make_shared<Silent>());
    }
  }
  return result;
}

Model small_model() {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  Model model(std::move(layers), 1);
  model.compile(optimizers::make_sgd(), losses::make_mse(), {});
  return model;
}

struct Dispatch {
  Hook hook;
  std::int64_t callbacks;
  bool overridden;
  std::int64_t metrics;  // in the logs; begin hooks have none

  std::string name() const {
    return fmt::format("{}/callbacks:{}/{}/metrics:{}", name_of(hook), callbacks,
                       overridden ? "overridden" : "not_overridden", metrics);
  }
};

// The quickest run of each benchmark, in ns.
using Times = std::map<std::string, double>;

void keep_least(Times& times, const std::string& name, double ns) {
  const auto [at, is_new] = times.emplace(name, ns);
  if (!is_new) at->second = std::min(at->second, ns);
}

bool is_begin(Hook hook) { return static_cast<int>(hook) % 2 == 0; }

void dispatch(benchmark::State& state, const Dispatch& what, Times& times) {
  RealWorld world;
  Model model = small_model();
  LoopState run(model, hardened(), world.seams());
  CallbackList callbacks(run, handles(what.callbacks, what.overridden));
  benchmark::DoNotOptimize(&callbacks);
  Logs logs;
  for (std::int64_t i = 0; i < what.metrics; ++i) logs.set(fmt::format("metric_{}", i), 0.5);
  std::int64_t index = 0;
  const double start = cpu_ns();
  if (is_begin(what.hook)) {
    for (auto _ : state) {
      callbacks.begin(what.hook, index++);
      benchmark::ClobberMemory();  // somebody could have come to listen
    }
  } else {
    for (auto _ : state) {
      callbacks.end(what.hook, index++, logs, Status::completed);
      benchmark::ClobberMemory();
    }
  }
  const double spent = cpu_ns() - start;
  if (what.overridden && what.callbacks > 0) {
    const auto* first = static_cast<const Listening*>(callbacks.callbacks().front().get());
    if (first->heard() != index) state.SkipWithError("a hook was not called");
  }
  if (state.iterations() > 1000) {
    keep_least(times, what.name(), spent / static_cast<double>(state.iterations()));
  }
}

// What calling one hook of one callback costs whoever writes no more than that: the floor under
// every dispatch, and itself mostly what the machine takes for a call that it cannot foresee.
[[gnu::noinline]] void call_by_hand(const std::vector<Callback*>& callbacks, Event& event) {
  for (Callback* callback : callbacks) callback->on_train_batch_begin(event);
}

constexpr const char* kByHand = "by_hand/callbacks:1";

void by_hand(benchmark::State& state, Times& times) {
  RealWorld world;
  Model model = small_model();
  LoopState run(model, hardened(), world.seams());
  Session& session = run.session;
  Listening listening;
  std::vector<Callback*> callbacks{&listening};
  benchmark::DoNotOptimize(callbacks.data());
  Logs logs;
  std::int64_t index = 0;
  const double start = cpu_ns();
  for (auto _ : state) {
    Event event{.session = session, .index = index++, .epoch = 0, .logs = logs};
    call_by_hand(callbacks, event);
    benchmark::ClobberMemory();
  }
  const double spent = cpu_ns() - start;
  if (listening.heard() != index) state.SkipWithError("a hook was not called");
  if (state.iterations() > 1000) {
    keep_least(times, kByHand, spent / static_cast<double>(state.iterations()));
  }
}

// One row that never changes, so that nothing but the loop takes time.
class SameBatch final : public DataSource {
 public:
  explicit SameBatch(std::int64_t length) : length_(length) {}
  SourceTraits traits() const override { return {.name = "same batch"}; }
  std::optional<std::int64_t> length() const override { return length_; }
  bool fetch(std::int64_t index, Batch& out) override {
    if (!out.x.present()) out.x = out.y = Tensor(Shape{1, 1});
    out.id = {.source = 0, .epoch = 0, .index = index};
    return true;
  }

 private:
  std::int64_t length_;
};

class NoStep final : public TrainStep {
 public:
  float train(Model&, const Batch&) override { return 0.0F; }
  bool no_fail() const override { return true; }
};

std::string loop_name(std::int64_t callbacks, bool overridden) {
  return fmt::format("loop/callbacks:{}/{}", callbacks,
                     overridden ? "overridden" : "not_overridden");
}

void loop(benchmark::State& state, std::int64_t callbacks, bool overridden, Times& times) {
  constexpr std::int64_t kBatches = 20'000;
  RealWorld world;
  Model model = small_model();
  Trainer trainer(model, world.seams());
  SameBatch source(kBatches);
  NoStep step;
  FitOptions options;
  options.shuffle = false;
  options.step = &step;
  options.callbacks = handles(callbacks, overridden);
  for (auto _ : state) {
    const double start = cpu_ns();
    const FitResult result = trainer.fit(source, options);
    const double ns = (cpu_ns() - start) / static_cast<double>(kBatches);
    if (!result.ok() || result.steps != kBatches) state.SkipWithError("the fit failed");
    keep_least(times, loop_name(callbacks, overridden), ns);
    state.SetIterationTime(ns * 1e-9);
  }
}

constexpr std::int64_t kCounts[] = {0, 1, 5, 10, 100};

void register_dispatches(const Options& options, Times& times) {
  benchmark::RegisterBenchmark(kByHand,
                               [&times](benchmark::State& state) { by_hand(state, times); })
      ->MinTime(options.smoke ? 1e-4 : 0.01)
      ->Repetitions(options.smoke ? 1 : 3)
      ->ReportAggregatesOnly();
  for (std::size_t hook = 0; hook < static_cast<std::size_t>(Hook::exception); ++hook) {
    for (const std::int64_t callbacks : kCounts) {
      for (const bool overridden : {false, true}) {
        for (const std::int64_t metrics : {0, 2, 10}) {
          const Dispatch what{static_cast<Hook>(hook), callbacks, overridden, metrics};
          if (is_begin(what.hook) && metrics > 0) continue;
          benchmark::RegisterBenchmark(
              what.name().c_str(),
              [what, &times](benchmark::State& state) { dispatch(state, what, times); })
              ->MinTime(options.smoke ? 1e-4 : 0.01)
              ->Repetitions(options.smoke ? 1 : 3)
              ->ReportAggregatesOnly();
        }
      }
    }
  }
}

// Rounds of one fit each, so that all of them see the same weather.
void register_loops(const Options& options, Times& times) {
  for (int round = 0; round < (options.smoke ? 1 : 5); ++round) {
    for (const std::int64_t callbacks : kCounts) {
      for (const bool overridden : {false, true}) {
        benchmark::RegisterBenchmark(loop_name(callbacks, overridden).c_str(),
                                     [callbacks, overridden, &times](benchmark::State& state) {
                                       loop(state, callbacks, overridden, times);
                                     })
            ->UseManualTime()
            ->Iterations(options.smoke ? 1 : 10);
      }
    }
  }
}

std::vector<Figure> figures_of(const Times& times) {
  const auto ns = [&times](const std::string& name) {
    const auto found = times.find(name);
    return found == times.end() ? 0.0 : found->second;
  };
  const auto hook = [&ns](Hook which, std::int64_t callbacks, bool overridden,
                          std::int64_t metrics) {
    return ns(Dispatch{which, callbacks, overridden, metrics}.name());
  };
  constexpr Hook kBegin = Hook::train_batch_begin;
  constexpr Hook kEnd = Hook::train_batch_end;
  const double bare = ns(loop_name(0, false));
  const double by_hand_ns = ns(kByHand);
  return {
      {"on_train_batch_begin, 100 that override nothing, more than none",
       hook(kBegin, 100, false, 0) - hook(kBegin, 0, false, 0), 0.2, "ns"},
      {"on_train_batch_end, 100 that override nothing, more than none",
       hook(kEnd, 100, false, 10) - hook(kEnd, 0, false, 10), 0.2, "ns"},
      {"one virtual call by hand, through a list", by_hand_ns, 0.0, "ns"},
      {"on_train_batch_begin, 1 overrides, more than that", hook(kBegin, 1, true, 0) - by_hand_ns,
       0.0, "ns"},
      {"on_train_batch_end, 1 overrides, 10 metrics, more than that",
       hook(kEnd, 1, true, 10) - by_hand_ns, 0.0, "ns"},
      {"on_train_batch_begin, each of 100", hook(kBegin, 100, true, 0) / 100.0, 2.0, "ns"},
      {"on_train_batch_end, each of 100, 10 metrics", hook(kEnd, 100, true, 10) / 100.0, 2.0, "ns"},
      {"loop, a step that does nothing, a batch", bare, 40.0, "ns"},
      {"loop, 100 callbacks that override nothing, more than that",
       std::max(0.0, ns(loop_name(100, false)) - bare), 1.0, "ns"},
      {"loop, 1 that overrides both batch hooks, more than that", ns(loop_name(1, true)) - bare,
       0.0, "ns"},
  };
}

}  // namespace
}  // namespace trainwreck::bench

int main(int argc, char** argv) {
  using namespace trainwreck::bench;
  const Options options = read_options(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Times times;
  register_dispatches(options, times);
  register_loops(options, times);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return report(figures_of(times), options);
}
