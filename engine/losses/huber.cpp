#include <cmath>

#include "engine/base/params.h"
#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

class Huber final : public Loss {
 public:
  explicit Huber(HuberOptions options) : delta_(options.delta) {}

  std::string_view kind() const override { return "huber"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    return mean_of_elements(prediction, labels, row_weights, gradient,
                            [this](const float* p, const float* y, float* g, std::int64_t n,
                                   float scale) { return losses(p, y, g, n, scale); });
  }

 private:
  float losses(const float* p, const float* y, float* g, std::int64_t n, float scale) const {
    float sum = 0.0F;
    for (std::int64_t i = 0; i < n; ++i) {
      const float error = p[i] - y[i];
      const float size = std::abs(error);
      const bool far = size > delta_;
      sum += far ? delta_ * (size - 0.5F * delta_) : 0.5F * error * error;
      if (g != nullptr) g[i] = scale * (far ? std::copysign(delta_, error) : error);
    }
    return sum;
  }

  float delta_;
};

std::unique_ptr<Loss> read_huber(Params& params, const BuildContext&) {
  return make_huber({.delta = static_cast<float>(
                         params.number("delta", 1.0, "where squares turn into distances", {0.0}))});
}

}  // namespace

std::unique_ptr<Loss> make_huber(HuberOptions options) { return std::make_unique<Huber>(options); }

LossEntry huber() {
  return {"huber", "half the square of small errors, linear in large ones", &read_huber};
}

}  // namespace trainwreck::losses
