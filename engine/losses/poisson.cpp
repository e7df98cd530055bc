#include <cmath>

#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

float surprises(const float* prediction, const float* labels, float* gradient, std::int64_t n,
                float scale) {
  float sum = 0.0F;
  for (std::int64_t i = 0; i < n; ++i) {
    const float rate = prediction[i] + kEpsilon;
    sum += prediction[i] - labels[i] * std::log(rate);
    if (gradient != nullptr) gradient[i] = scale * (1.0F - labels[i] / rate);
  }
  return sum;
}

class Poisson final : public Loss {
 public:
  std::string_view kind() const override { return "poisson"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    return mean_of_elements(prediction, labels, row_weights, gradient, surprises);
  }
};

std::unique_ptr<Loss> read_poisson(Params&, const BuildContext&) { return make_poisson(); }

}  // namespace

std::unique_ptr<Loss> make_poisson() { return std::make_unique<Poisson>(); }

LossEntry poisson() {
  return {"poisson", "surprise at a count whose rate was predicted", &read_poisson};
}

}  // namespace trainwreck::losses
