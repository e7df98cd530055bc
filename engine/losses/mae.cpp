#include <cmath>

#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

float distances(const float* prediction, const float* labels, float* gradient, std::int64_t n,
                float scale) {
  float sum = 0.0F;
  for (std::int64_t i = 0; i < n; ++i) {
    const float error = prediction[i] - labels[i];
    sum += std::abs(error);
    if (gradient == nullptr) continue;
    gradient[i] = error > 0.0F ? scale : (error < 0.0F ? -scale : 0.0F);
  }
  return sum;
}

class Mae final : public Loss {
 public:
  std::string_view kind() const override { return "mae"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    return mean_of_elements(prediction, labels, row_weights, gradient, distances);
  }
};

std::unique_ptr<Loss> read_mae(Params&, const BuildContext&) { return make_mae(); }

}  // namespace

std::unique_ptr<Loss> make_mae() { return std::make_unique<Mae>(); }

LossEntry mae() { return {"mae", "mean absolute error", &read_mae}; }

}  // namespace trainwreck::losses
