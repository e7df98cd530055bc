#pragma once

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/layers/layers.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/policy/policy.h"
#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/signals.h"
#include "engine/seams/trace.h"
#include "tests/support/memory_files.h"
#include "trainwreck/model.h"

namespace trainwreck::testing {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Every line as "begin best.safetensors best", without numbers.
class Recorder final : public TraceSink {
 public:
  explicit Recorder(TraceKind kind) : kind_(kind) {}
  void record(const TraceEvent& event) override {
    if (event.kind != kind_) return;
    lines.push_back(std::string(event.what) + " " + std::string(event.who) + " " +
                    std::string(event.detail));
  }
  std::vector<std::string> lines;

 private:
  TraceKind kind_;
};

// A world with a disk in memory.
struct ScriptedWorld {
  MemoryFiles files;
  CountingBudget memory;
  Recorder trace{TraceKind::checkpoint};
  std::unique_ptr<Clock> clock = real_clock();
  std::unique_ptr<Executor> executor = thread_executor();
  std::unique_ptr<Signals> signals = no_signals();

  Seams seams() { return {files, *clock, memory, *executor, *signals, &trace}; }
};

// A metric that only has a name and a direction.
class NamedMetric final : public Metric {
 public:
  NamedMetric(std::string name, Direction direction)
      : name_(std::move(name)), direction_(direction) {}
  std::string_view name() const override { return name_; }
  Direction direction() const override { return direction_; }
  void reset() override {}
  void update(const Tensor&, const Tensor&, const Tensor*) override {}
  double result() const override { return 0.0; }
  std::vector<double> state() const override { return {}; }
  void restore(std::span<const double>) override {}

 private:
  std::string name_;
  Direction direction_;
};

// dense/kernel of (inputs, 1) and dense/bias of (1), trained with SGD and momentum; its metrics are
// "accuracy" and "mae".
inline std::unique_ptr<Model> small_model(std::int64_t inputs = 1, float rate = 0.1F,
                                          float momentum = 0.9F) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  auto model = std::make_unique<Model>(std::move(layers), 7);
  std::vector<std::unique_ptr<Metric>> metrics;
  metrics.push_back(std::make_unique<NamedMetric>("accuracy", Direction::higher_is_better));
  metrics.push_back(std::make_unique<NamedMetric>("mae", Direction::lower_is_better));
  optimizers::SgdOptions sgd;
  sgd.learning_rate = rate;
  sgd.momentum = momentum;
  model->compile(optimizers::make_sgd(std::move(sgd)), losses::make_mse(), std::move(metrics));
  model->build({inputs});
  return model;
}

// What each epoch logs beside "loss", which is the square of the epoch; absent: nothing.
struct RunScript {
  std::vector<std::optional<double>> values;
  std::string metric = "val_loss";
  std::int64_t first_epoch = 0;
  std::int64_t batches = 1;
  Status last_status = Status::completed;  // of the last epoch and of the training
};

// Drives callbacks as fit does, from a script instead of data. Before an epoch ends, every weight
// is the epoch's number counted from 1, so that one sees which epoch's weights are where.
class ScriptedRun {
 public:
  explicit ScriptedRun(Policy chosen, ScriptedWorld* shared = nullptr)
      : policy(std::move(chosen)), world(shared != nullptr ? *shared : own_world_) {}

  // Returns the session as it was left. A new one each time: a new fit of the same model.
  Session& play(const std::vector<CallbackHandle>& callbacks, const RunScript& script,
                const std::function<void(std::int64_t epoch)>& after_epoch = {}) {
    state_ = std::make_unique<LoopState>(*model, policy, world.seams());
    CallbackList list(*state_, callbacks);
    list.on_train_begin();
    Status status = Status::completed;
    Logs train_logs;
    for (std::size_t i = 0; i < script.values.size(); ++i) {
      if (state_->stop) break;
      const bool last = i + 1 == script.values.size();
      status = last ? script.last_status : Status::completed;
      train_logs = epoch(list, script, i, status);
      if (after_epoch) after_epoch(script.first_epoch + static_cast<std::int64_t>(i));
    }
    if (state_->stop) status = Status::stopped;
    list.on_train_end(train_logs, status);
    return state_->session;
  }

  float weight() const { return model->parameters().values()[0]; }
  Session& session() { return state_->session; }

  Policy policy;
  std::unique_ptr<Model> model = small_model();

 private:
  ScriptedWorld own_world_;

 public:
  ScriptedWorld& world;

 private:
  Logs epoch(CallbackList& list, const RunScript& script, std::size_t i, Status status) {
    const std::int64_t number = script.first_epoch + static_cast<std::int64_t>(i);
    list.on_epoch_begin(number);
    Logs logs;
    logs.set("loss", static_cast<double>(number * number));
    for (std::int64_t batch = 0; batch < script.batches; ++batch) {
      list.on_train_batch_begin(batch);
      for (float& value : model->parameters().values()) value = static_cast<float>(number + 1);
      list.on_train_batch_end(batch, logs);
    }
    if (script.values[i]) logs.set(script.metric, *script.values[i]);
    list.on_epoch_end(number, logs, status);
    return logs;
  }

  std::unique_ptr<LoopState> state_;
};

// The message of the Expected error that `action` throws.
template <class Expected, class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another type of error: ") + error.what();
  }
  return "no error";
}

}  // namespace trainwreck::testing
