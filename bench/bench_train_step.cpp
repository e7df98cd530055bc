#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "bench/hand_written.h"
#include "bench/report.h"
#include "engine/base/random.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/seams/seams.h"
#include "engine/sources/array_source.h"
#include "trainwreck/model.h"
#include "trainwreck/trainer.h"

// One step of `fit` against one step of a loop written by hand, epoch by epoch in turn, in CPU time
// of this one thread, so that whatever else the machine does hits both alike: what counts is the
// median of the ratios.
namespace trainwreck::bench {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr int kPairs = 101;

enum class Network { classifier, regression };

struct Case {
  Network network;
  Method method;
  bool shuffle;
  std::int64_t batch_size() const { return network == Network::classifier ? 32 : 8; }
  std::int64_t batches() const { return network == Network::classifier ? 64 : 1024; }
};

ArrayData classes(std::int64_t rows) {
  ArrayData data{.x = Tensor(Shape{rows, 784}), .y = Tensor(Shape{rows}), .sample_weight = {}};
  const Random random(kSeed, Purpose::synthetic_data);
  std::uint64_t draw = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto label = static_cast<std::int64_t>(random.below(draw++, 10));
    data.y[row] = static_cast<float>(label);
    for (float& value : data.x.row(row)) value = random.uniform(draw++, 0.0F, 1.0F);
    for (std::int64_t i = 0; i < 8; ++i)
      data.x.row(row)[static_cast<std::size_t>(label * 78 + i)] += 0.3F;
  }
  return data;
}

ArrayData sums(std::int64_t rows) {
  ArrayData data{.x = Tensor(Shape{rows, 10}), .y = Tensor(Shape{rows, 1}), .sample_weight = {}};
  const Random random(kSeed, Purpose::synthetic_data);
  std::uint64_t draw = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    float sum = 0.5F * random.normal(draw++);
    for (float& value : data.x.row(row)) {
      value = random.normal(draw++);
      sum += std::abs(value) - 0.5F;
    }
    data.y[row] = sum;
  }
  return data;
}

// A model, its data and the trainer, all that one fit after the other needs.
class Engine {
 public:
  Engine(const Case& what, const ArrayData& data)
      : what_(what),
        model_(layers(what.network), kSeed),
        trainer_(model_, world_.seams()),
        source_(data, {.batch_size = what.batch_size()}) {
    model_.compile(what.method == Method::sgd ? optimizers::make_sgd() : optimizers::make_adam(),
                   what.network == Network::classifier
                       ? losses::make_sparse_categorical_crossentropy()
                       : losses::make_mse(),
                   {});
    model_.build(data.x.shape().without_rows());
  }

  std::span<const float> weights() const { return model_.parameters().values(); }

  double epoch(std::int64_t number) {
    FitOptions options;
    options.initial_epoch = number;  // each epoch has its own order
    options.epochs = number + 1;
    options.shuffle = what_.shuffle;
    const FitResult result = trainer_.fit(source_, options);
    result.rethrow();
    return result.history.values("loss").back();
  }

 private:
  static std::vector<std::unique_ptr<Layer>> layers(Network network) {
    const bool classifies = network == Network::classifier;
    std::vector<std::unique_ptr<Layer>> result;
    result.push_back(
        layers::make_dense({.units = classifies ? 128 : 16, .activation = Activation::relu}));
    result.push_back(
        layers::make_dense({.units = classifies ? 10 : 1,
                            .activation = classifies ? Activation::softmax : Activation::linear}));
    return result;
  }

  Case what_;
  RealWorld world_;
  Model model_;
  Trainer trainer_;
  ArraySource source_;
};

// The hand-written loop over the same rows in the same order.
class Hand {
 public:
  Hand(const Case& what, const ArrayData& data, std::unique_ptr<HandWritten> loop)
      : what_(what), data_(data), loop_(std::move(loop)) {}

  double epoch(std::int64_t number) {
    if (what_.shuffle) {
      order_.resize(static_cast<std::size_t>(data_.x.rows()));
      shuffled_order({.number = number, .seed = kSeed, .shuffle = true}, order_);
    }
    return loop_->epoch(data_.x, data_.y, order_);
  }

 private:
  Case what_;
  const ArrayData& data_;
  std::unique_ptr<HandWritten> loop_;
  std::vector<std::int64_t> order_;
};

struct Timing {
  std::vector<double> engine_ns;  // a step, one figure an epoch
  std::vector<double> hand_ns;
  std::vector<double> ratios;
  std::vector<double> engine_losses;
  std::vector<double> hand_losses;
};

template <class Subject>
double timed_epoch(Subject& subject, std::int64_t number, std::int64_t steps,
                   std::vector<double>& losses) {
  const double start = cpu_ns();
  losses.push_back(subject.epoch(number));
  return (cpu_ns() - start) / static_cast<double>(steps);
}

void one_pair(Engine& engine, Hand& hand, const Case& what, std::int64_t number, Timing& timing) {
  double ns[2] = {};
  for (const int turn : {0, 1}) {
    const bool engines_turn = (turn == 0) == (number % 2 == 0);
    ns[engines_turn ? 0 : 1] =
        engines_turn ? timed_epoch(engine, number, what.batches(), timing.engine_losses)
                     : timed_epoch(hand, number, what.batches(), timing.hand_losses);
  }
  timing.engine_ns.push_back(ns[0]);
  timing.hand_ns.push_back(ns[1]);
  timing.ratios.push_back(ns[0] / ns[1]);
}

// Both did the same work: the loss fell, and to the same place.
void expect_same_training(const std::string& name, const Timing& timing) {
  const double first = timing.engine_losses.front();
  const double engine = timing.engine_losses.back();
  const double hand = timing.hand_losses.back();
  const bool same = std::abs(engine - hand) <= 0.01 * first &&
                    std::abs(first - timing.hand_losses.front()) <= 1e-4 * first;
  const bool fell = timing.engine_losses.size() < 2 || engine < 0.95 * first;
  if (same && fell) return;
  fmt::print(stderr, "{}: the losses are no match: engine {} to {}, by hand {} to {}\n", name,
             first, engine, timing.hand_losses.front(), hand);
  std::exit(1);
}

std::unique_ptr<HandWritten> hand_written(const Case& what, std::span<const float> weights) {
  const HandOptions options{.method = what.method, .batch_size = what.batch_size()};
  return what.network == Network::classifier ? hand_written_classifier(weights, options)
                                             : hand_written_regression(weights, options);
}

std::string name_of(const Case& what) {
  return fmt::format("{}, {}{}", what.network == Network::classifier ? "784-128-10" : "10-16-1",
                     what.method == Method::sgd ? "sgd" : "adam", what.shuffle ? ", shuffled" : "");
}

using Timings = std::map<std::string, Timing>;

void run_case(benchmark::State& state, const Case& what, Timings& timings) {
  const std::int64_t rows = what.batches() * what.batch_size();
  const ArrayData data = what.network == Network::classifier ? classes(rows) : sums(rows);
  Engine engine(what, data);
  Hand hand(what, data, hand_written(what, engine.weights()));
  Timing timing;
  std::int64_t number = 0;
  for (auto _ : state) {
    one_pair(engine, hand, what, number++, timing);
    state.SetIterationTime(timing.engine_ns.back() * 1e-9);
  }
  expect_same_training(name_of(what), timing);
  state.counters["hand_ns"] = median(timing.hand_ns);
  state.counters["engine_ns"] = median(timing.engine_ns);
  state.counters["ratio"] = median(timing.ratios);
  timings[name_of(what)] = std::move(timing);
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Network network : {Network::classifier, Network::regression}) {
    for (const Method method : {Method::sgd, Method::adam}) {
      for (const bool shuffle : {false, true}) cases.push_back({network, method, shuffle});
    }
  }
  return cases;
}

std::vector<Figure> figures_of(const std::vector<Case>& cases, const Timings& timings) {
  std::vector<Figure> figures;
  for (const Case& what : cases) {
    const std::string name = name_of(what);
    const auto found = timings.find(name);
    if (found == timings.end()) continue;
    const bool wide = what.network == Network::classifier;
    const Timing& timing = found->second;
    figures.push_back({name + ": fit / by hand", median(timing.ratios), wide ? 1.10 : 2.0, "x"});
    figures.push_back(
        {name + ": a step of fit", median(timing.engine_ns) * 1e-3, wide ? 0.0 : 1.5, "us"});
    figures.push_back({name + ": a step by hand", median(timing.hand_ns) * 1e-3, 0.0, "us"});
  }
  return figures;
}

}  // namespace
}  // namespace trainwreck::bench

int main(int argc, char** argv) {
  using namespace trainwreck::bench;
  const Options options = read_options(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const std::vector<Case> cases = all_cases();
  Timings timings;
  for (const Case& what : cases) {
    benchmark::RegisterBenchmark(
        name_of(what).c_str(),
        [&timings, what](benchmark::State& state) { run_case(state, what, timings); })
        ->UseManualTime()
        ->Iterations(options.smoke ? 2 : kPairs);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return report(figures_of(cases, timings), options);
}
