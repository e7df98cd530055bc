#include <utility>

#include "engine/base/params.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/model/optimizer_options.h"
#include "engine/optimizers/optimizers.h"

namespace trainwreck::optimizers {
namespace {

class Rmsprop final : public Optimizer {
 public:
  explicit Rmsprop(RmspropOptions options)
      : Optimizer(options.learning_rate, options.clipping, std::move(options.schedule)),
        options_(std::move(options)) {}

  std::string_view kind() const override { return "rmsprop"; }

  void build(const Parameters& parameters) override {
    const std::size_t size = parameters.values().size();
    velocity_.assign(size, 0.0F);
    if (has_momentum()) momentum_.assign(size, 0.0F);
    if (options_.centered) average_.assign(size, 0.0F);
  }

  std::vector<OptimizerSlot> slots() override {
    std::vector<OptimizerSlot> slots = {{"velocity", velocity_}};
    if (has_momentum()) slots.push_back({"momentum", momentum_});
    if (options_.centered) slots.push_back({"average_gradient", average_});
    return slots;
  }

 private:
  bool has_momentum() const { return options_.momentum > 0.0F; }

  void update(std::span<float> values, std::span<const float> gradients, float rate) override {
    const auto rho = static_cast<float>(options_.rho);
    const auto fresh = static_cast<float>(1.0 - options_.rho);
    in_runs(values.size(), [&](std::size_t start, std::int64_t count) {
      ArrayMap v(velocity_.data() + start, count);
      const ConstArrayMap g(gradients.data() + start, count);
      v = rho * v + fresh * g.square();
      if (options_.centered) {
        ArrayMap average(average_.data() + start, count);
        average = rho * average + fresh * g;
        move(values, start, rate * g / (v - average.square() + options_.epsilon).sqrt());
      } else {
        move(values, start, rate * g / (v + options_.epsilon).sqrt());
      }
    });
  }

  template <class Increment>
  void move(std::span<float> values, std::size_t start, const Increment& increment) {
    ArrayMap w(values.data() + start, increment.size());
    if (!has_momentum()) {
      w -= increment;
      return;
    }
    ArrayMap m(momentum_.data() + start, increment.size());
    m = options_.momentum * m + increment;
    w -= m;
  }

  RmspropOptions options_;
  AlignedFloats velocity_;
  AlignedFloats momentum_;
  AlignedFloats average_;
};

std::unique_ptr<Optimizer> read_rmsprop(Params& params, const BuildContext& context) {
  RmspropOptions options;
  LearningRate rate = read_learning_rate(params, options.learning_rate, context);
  options.learning_rate = rate.rate;
  options.schedule = std::move(rate.schedule);
  options.rho = read_decay(params, "rho", options.rho, "decay of the mean square");
  options.momentum =
      static_cast<float>(read_decay(params, "momentum", 0.0, "how much of the last step is kept"));
  options.epsilon = read_epsilon(params);
  options.centered = params.flag("centered", false, "divides by the deviation, not the square");
  options.clipping = read_clipping(params);
  return make_rmsprop(std::move(options));
}

}  // namespace

std::unique_ptr<Optimizer> make_rmsprop(RmspropOptions options) {
  return std::make_unique<Rmsprop>(std::move(options));
}

OptimizerEntry rmsprop() {
  return {"rmsprop", "steps scaled by a running mean of the squared gradient", &read_rmsprop};
}

}  // namespace trainwreck::optimizers
