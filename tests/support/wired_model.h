#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/layers/layers.h"
#include "engine/optimizers/optimizers.h"
#include "tests/support/brittle_parts.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {

// A model of which every part can break: wired, dense(3), wired, dense(1).
struct Wired {
  explicit Wired(Policy the_policy = hardened(), bool promises = false) : scene(the_policy) {
    std::vector<std::unique_ptr<Layer>> layers;
    layers.push_back(layers::make_dense({.units = 3}));
    layers.push_back(std::make_unique<WiredLayer>(forward, backward));
    layers.push_back(layers::make_dense({}));
    scene.model = std::make_unique<Model>(std::move(layers), 7);
    auto own_loss = std::make_unique<WiredLoss>(loss);
    liar = own_loss.get();
    std::vector<std::unique_ptr<Metric>> metrics;
    metrics.push_back(std::make_unique<WiredMetric>(update, check));
    scene.model->compile(std::make_unique<WiredOptimizer>(apply, promises), std::move(own_loss),
                         std::move(metrics));
    watch();
  }

  // Everything that a step may change, as it was when batch 2 began and when it ended.
  void watch() {
    RecordingCallback& a = scene.recorder("A");
    a.show_only(mask_of(Hook::train_batch_end));
    a.on(Hook::train_batch_begin, 2, [this](Event& event) { before = everything(event.session); });
    a.on(Hook::train_batch_end, 2, [this](Event& event) { after = everything(event.session); });
  }
  std::vector<double> everything(Session& session) {
    const std::vector<float> state = scene.state();
    std::vector<double> all(state.begin(), state.end());
    const Position position = session.capture();
    all.insert(all.end(), position.running_metrics.begin(), position.running_metrics.end());
    all.push_back(static_cast<double>(position.step));
    all.push_back(static_cast<double>(position.batch));
    return all;
  }
  FitResult fit(FitOptions options = {}) { return scene.fit(*marker_arrays(5), {"A"}, options); }

  Tripwire forward, backward, loss, apply, update, check;
  WiredLoss* liar = nullptr;
  std::vector<double> before, after;
  Scene scene;
};

}  // namespace trainwreck::testing
