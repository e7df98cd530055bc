#include <utility>

#include "engine/base/params.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/model/optimizer_options.h"
#include "engine/optimizers/optimizers.h"

namespace trainwreck::optimizers {
namespace {

class Sgd final : public Optimizer {
 public:
  explicit Sgd(SgdOptions options)
      : Optimizer(options.learning_rate, options.clipping, std::move(options.schedule)),
        momentum_(options.momentum),
        nesterov_(options.nesterov) {}

  std::string_view kind() const override { return "sgd"; }

  void build(const Parameters& parameters) override {
    if (momentum_ != 0.0F) velocity_.assign(parameters.values().size(), 0.0F);
  }

  std::vector<OptimizerSlot> slots() override {
    if (momentum_ == 0.0F) return {};
    return {{"momentum", velocity_}};
  }

 private:
  void update(std::span<float> values, std::span<const float> gradients, float rate) override {
    if (momentum_ == 0.0F) {
      const auto size = static_cast<std::int64_t>(values.size());
      ArrayMap(values.data(), size) -= rate * ConstArrayMap(gradients.data(), size);
      return;
    }
    in_runs(values.size(), [&](std::size_t start, std::int64_t count) {
      ArrayMap w(values.data() + start, count);
      ArrayMap v(velocity_.data() + start, count);
      const ConstArrayMap g(gradients.data() + start, count);
      v = momentum_ * v - rate * g;
      if (nesterov_) {
        w += momentum_ * v - rate * g;
      } else {
        w += v;
      }
    });
  }

  float momentum_;
  bool nesterov_;
  AlignedFloats velocity_;
};

std::unique_ptr<Optimizer> read_sgd(Params& params, const BuildContext& context) {
  SgdOptions options;
  LearningRate rate = read_learning_rate(params, options.learning_rate, context);
  options.learning_rate = rate.rate;
  options.schedule = std::move(rate.schedule);
  options.momentum =
      static_cast<float>(read_decay(params, "momentum", 0.0, "how much of the last step is kept"));
  options.nesterov = params.flag("nesterov", false, "looks one step of momentum ahead");
  options.clipping = read_clipping(params);
  return make_sgd(std::move(options));
}

}  // namespace

std::unique_ptr<Optimizer> make_sgd(SgdOptions options) {
  return std::make_unique<Sgd>(std::move(options));
}

OptimizerEntry sgd() { return {"sgd", "gradient descent, with momentum or without", &read_sgd}; }

}  // namespace trainwreck::optimizers
