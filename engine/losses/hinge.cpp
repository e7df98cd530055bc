#include <algorithm>

#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

bool are_yes_and_no(const Tensor& labels) {
  const auto values = labels.values();
  return std::all_of(values.begin(), values.end(), [](float y) { return y == 0.0F || y == 1.0F; });
}

class Hinge final : public Loss {
 public:
  std::string_view kind() const override { return "hinge"; }

  // Labels are -1 and 1; as in Keras, 0 and 1 stand for them where there are no others.
  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    const bool binary = are_yes_and_no(labels);
    return mean_of_elements(
        prediction, labels, row_weights, gradient,
        [binary](const float* p, const float* y, float* g, std::int64_t n, float scale) {
          float sum = 0.0F;
          for (std::int64_t i = 0; i < n; ++i) {
            const float side = binary ? 2.0F * y[i] - 1.0F : y[i];
            const float lacking = 1.0F - side * p[i];
            const bool enough = lacking <= 0.0F;
            sum += enough ? 0.0F : lacking;
            if (g != nullptr) g[i] = enough ? 0.0F : -scale * side;
          }
          return sum;
        });
  }
};

std::unique_ptr<Loss> read_hinge(Params&, const BuildContext&) { return make_hinge(); }

}  // namespace

std::unique_ptr<Loss> make_hinge() { return std::make_unique<Hinge>(); }

LossEntry hinge() {
  return {"hinge", "what a prediction lacks to be 1 beyond the border, labels -1 and 1",
          &read_hinge};
}

}  // namespace trainwreck::losses
