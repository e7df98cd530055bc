#include <cmath>

#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

float kept_inside(float share) {
  return share < kEpsilon ? kEpsilon : (share > 1.0F ? 1.0F : share);
}

class KlDivergence final : public Loss {
 public:
  std::string_view kind() const override { return "kl_divergence"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    expect_classes(kind(), prediction);
    const std::int64_t width = prediction.shape().back();
    return mean_of_lines(
        prediction, row_weights, gradient,
        [&labels, width](std::int64_t line, const float* p, float* g, float scale) {
          const float* y = labels.data() + line * width;
          float sum = 0.0F;
          for (std::int64_t i = 0; i < width; ++i) {
            const float wanted = kept_inside(y[i]);
            const float given = kept_inside(p[i]);
            sum += wanted * std::log(wanted / given);
            if (g != nullptr) g[i] = given == p[i] ? -scale * wanted / given : 0.0F;
          }
          return sum;
        });
  }
};

std::unique_ptr<Loss> read_kl_divergence(Params&, const BuildContext&) {
  return make_kl_divergence();
}

}  // namespace

std::unique_ptr<Loss> make_kl_divergence() { return std::make_unique<KlDivergence>(); }

LossEntry kl_divergence() {
  return {"kl_divergence", "how far predicted shares are from the labels' shares",
          &read_kl_divergence};
}

}  // namespace trainwreck::losses
