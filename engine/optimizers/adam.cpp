#include <cmath>
#include <utility>

#include "engine/base/params.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/model/optimizer_options.h"
#include "engine/optimizers/optimizers.h"

namespace trainwreck::optimizers {
namespace {

class Adam final : public Optimizer {
 public:
  explicit Adam(AdamOptions options)
      : Optimizer(options.learning_rate, options.clipping, std::move(options.schedule)),
        options_(std::move(options)) {}

  std::string_view kind() const override { return "adam"; }

  void build(const Parameters& parameters) override {
    const std::size_t size = parameters.values().size();
    momentum_.assign(size, 0.0F);
    velocity_.assign(size, 0.0F);
    if (options_.amsgrad) highest_.assign(size, 0.0F);
  }

  std::vector<OptimizerSlot> slots() override {
    std::vector<OptimizerSlot> slots = {{"momentum", momentum_}, {"velocity", velocity_}};
    if (options_.amsgrad) slots.push_back({"velocity_hat", highest_});
    return slots;
  }

 private:
  void update(std::span<float> values, std::span<const float> gradients, float rate) override {
    const auto step = static_cast<double>(iterations() + 1);
    const double unbiased =
        std::sqrt(1.0 - std::pow(options_.beta_2, step)) / (1.0 - std::pow(options_.beta_1, step));
    const auto alpha = static_cast<float>(static_cast<double>(rate) * unbiased);
    const auto new_1 = static_cast<float>(1.0 - options_.beta_1);
    const auto new_2 = static_cast<float>(1.0 - options_.beta_2);
    in_runs(values.size(), [&](std::size_t start, std::int64_t count) {
      ArrayMap w(values.data() + start, count);
      ArrayMap m(momentum_.data() + start, count);
      ArrayMap v(velocity_.data() + start, count);
      const ConstArrayMap g(gradients.data() + start, count);
      m += (g - m) * new_1;
      v += (g.square() - v) * new_2;
      if (options_.amsgrad) {
        ArrayMap highest(highest_.data() + start, count);
        highest = v.max(highest);
        w -= alpha * m / (highest.sqrt() + options_.epsilon);
      } else {
        w -= alpha * m / (v.sqrt() + options_.epsilon);
      }
    });
  }

  AdamOptions options_;
  AlignedFloats momentum_;
  AlignedFloats velocity_;
  AlignedFloats highest_;
};

std::unique_ptr<Optimizer> read_adam(Params& params, const BuildContext& context) {
  AdamOptions options;
  LearningRate rate = read_learning_rate(params, options.learning_rate, context);
  options.learning_rate = rate.rate;
  options.schedule = std::move(rate.schedule);
  options.beta_1 = read_decay(params, "beta_1", options.beta_1, "decay of the mean gradient");
  options.beta_2 = read_decay(params, "beta_2", options.beta_2, "decay of the mean square");
  options.epsilon = read_epsilon(params);
  options.amsgrad = params.flag("amsgrad", false, "divides by the largest mean square so far");
  options.clipping = read_clipping(params);
  return make_adam(std::move(options));
}

}  // namespace

std::unique_ptr<Optimizer> make_adam(AdamOptions options) {
  return std::make_unique<Adam>(std::move(options));
}

OptimizerEntry adam() {
  return {"adam", "steps scaled by running means of the gradient and its square", &read_adam};
}

}  // namespace trainwreck::optimizers
