#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scripted_run.h"
#include "trainwreck/callback.h"
#include "trainwreck/trainer.h"

namespace trainwreck::testing {

// Batches of four rows and two features, each with its own values.
class SmallSequence final : public Sequence {
 public:
  explicit SmallSequence(std::int64_t batches) : batches_(batches) {}
  std::int64_t batch_count() const override { return batches_; }
  void batch(std::int64_t index, Batch& out) override {
    out.x.resize({4, 2});
    out.y.resize({4, 1});
    for (std::int64_t i = 0; i < 8; ++i) {
      out.x[i] = 0.1F * static_cast<float>((index * 8 + i * 3) % 11) - 0.4F;
    }
    for (std::int64_t i = 0; i < 4; ++i) out.y[i] = out.x[2 * i] - 0.5F * out.x[2 * i + 1];
  }

 private:
  std::int64_t batches_;
};

// Writes down which batches were trained, and raises or stops where it is told to.
class Saboteur final : public Callback {
 public:
  struct Plan {
    std::int64_t raise_at_epoch = -1;  // in on_epoch_end, or after the batch
    std::int64_t raise_at_batch = -1;
    std::int64_t stop_at_epoch = -1;
    std::int64_t stop_at_batch = -1;
  };
  Saboteur() = default;
  explicit Saboteur(Plan plan) : plan_(plan) {}
  std::string name() const override { return "saboteur"; }
  void on_epoch_begin(Event& event) override {
    batches.push_back("epoch " + std::to_string(event.index));
  }
  void on_train_batch_end(Event& event) override {
    if (event.status != Status::completed) return;
    batches.back() += " " + std::to_string(event.index);
    if (event.epoch == plan_.raise_at_epoch && event.index == plan_.raise_at_batch) {
      throw StateError("sabotage");
    }
    if (event.epoch == plan_.stop_at_epoch && event.index == plan_.stop_at_batch) {
      event.session.request_stop("sabotage");
    }
  }
  void on_epoch_end(Event& event) override {
    if (event.status != Status::completed) return;
    if (event.index == plan_.raise_at_epoch && plan_.raise_at_batch < 0) {
      throw StateError("sabotage");
    }
  }
  std::vector<std::string> batches;  // "epoch 1 0 1 2"

 private:
  Plan plan_;
};

inline std::shared_ptr<Saboteur> watcher() { return std::make_shared<Saboteur>(); }
inline std::shared_ptr<Saboteur> saboteur(Saboteur::Plan plan) {
  return std::make_shared<Saboteur>(plan);
}

// A process: a fresh model that is trained in a world which outlives it.
struct Process {
  Process(ScriptedWorld& its_world, Policy policy)
      : world(its_world), trainer(*model, world.seams(), std::move(policy)) {}

  FitResult fit(std::vector<CallbackHandle> callbacks, std::int64_t epochs,
                std::int64_t initial_epoch = 0) {
    SmallSequence data(batches);
    FitOptions options;
    options.epochs = epochs;
    options.initial_epoch = initial_epoch;
    options.callbacks = std::move(callbacks);
    options.shuffle = shuffle;
    options.validation = validation;
    return trainer.fit(data, options);
  }
  std::vector<float> weights() const {
    return {model->parameters().values().begin(), model->parameters().values().end()};
  }

  ScriptedWorld& world;
  std::unique_ptr<Model> model = small_model(2);
  Trainer trainer;
  std::int64_t batches = 3;
  bool shuffle = true;
  std::shared_ptr<DataSource> validation;
};

}  // namespace trainwreck::testing
