#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/losses/losses.h"
#include "trainwreck/layer.h"
#include "trainwreck/loss.h"
#include "trainwreck/metric.h"
#include "trainwreck/optimizer.h"

// Parts of a model that break when they are told to.
namespace trainwreck::testing {

// Counts how often it was passed and calls `at` with that.
struct Tripwire {
  std::function<void(std::int64_t)> at;
  std::int64_t passed = 0;
  void pass() {
    const std::int64_t now = passed++;
    if (at) at(now);
  }
};

inline std::function<void(std::int64_t)> throws_at(std::int64_t when, std::string what) {
  return [when, what](std::int64_t now) {
    if (now == when) throw std::runtime_error(what);
  };
}

// Passes everything through; wires for the steps of training alone.
class WiredLayer final : public Layer {
 public:
  WiredLayer(Tripwire& forward, Tripwire& backward) : forward_(forward), backward_(backward) {}
  std::string_view kind() const override { return "wired"; }
  Shape build(const Shape& input_row, LayerBuilder&) override { return input_row; }
  Shape output_shape(const Shape& input) const override { return input; }
  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    if (pass.training) forward_.pass();
    std::copy(input.values().begin(), input.values().end(), output.values().begin());
  }
  void backward(const Tensor&, const Tensor&, Tensor& output_gradient, Tensor* input_gradient,
                const LayerPass&) override {
    backward_.pass();
    std::copy(output_gradient.values().begin(), output_gradient.values().end(),
              input_gradient->values().begin());
  }

 private:
  Tripwire& forward_;
  Tripwire& backward_;
};

// Mean squared error that can be made to lie.
class WiredLoss final : public Loss {
 public:
  explicit WiredLoss(Tripwire& wire) : wire_(wire) {}
  std::string_view kind() const override { return "wired_mse"; }
  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    float loss = mse_->compute(prediction, labels, row_weights, gradient);
    if (gradient == nullptr) return loss;
    wire_.pass();
    if (bend) bend(loss, *gradient);
    return loss;
  }
  std::function<void(float&, Tensor&)> bend;

 private:
  Tripwire& wire_;
  std::unique_ptr<Loss> mse_ = losses::make_mse();
};

// Momentum in two halves with a wire between them, and no promise not to fail.
class WiredOptimizer final : public Optimizer {
 public:
  WiredOptimizer(Tripwire& wire, bool promises)
      : Optimizer(0.01F, {}, nullptr), wire_(wire), promises_(promises) {}
  std::string_view kind() const override { return "wired"; }
  void build(const Parameters& parameters) override {
    momentum_.assign(static_cast<std::size_t>(parameters.size()), 0.0F);
  }
  bool no_fail() const override { return promises_; }
  std::vector<OptimizerSlot> slots() override { return {{"momentum", momentum_}}; }

 protected:
  void update(std::span<float> values, std::span<const float> gradients, float rate) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i == values.size() / 2) wire_.pass();
      momentum_[i] = 0.9F * momentum_[i] - rate * gradients[i];
      values[i] += momentum_[i];
    }
  }

 private:
  Tripwire& wire_;
  bool promises_;
  std::vector<float> momentum_;
};

class WiredMetric final : public Metric {
 public:
  explicit WiredMetric(Tripwire& update, Tripwire& check) : update_(update), check_(check) {}
  std::string_view name() const override { return "wired"; }
  Direction direction() const override { return Direction::lower_is_better; }
  void reset() override { total_ = 0.0; }
  void check(const Shape&, const Shape&) const override { check_.pass(); }
  void update(const Tensor&, const Tensor&, const Tensor*) override {
    update_.pass();
    total_ += 1.0;
  }
  double result() const override { return total_; }
  std::vector<double> state() const override { return {total_}; }
  void restore(std::span<const double> state) override { total_ = state[0]; }

 private:
  Tripwire& update_;
  Tripwire& check_;
  double total_ = 0.0;
};

}  // namespace trainwreck::testing
