#include "engine/kernels/eigen_maps.h"
#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

float squares(const float* prediction, const float* labels, float* gradient, std::int64_t n,
              float scale) {
  const ConstArrayMap p(prediction, n);
  const ConstArrayMap y(labels, n);
  if (gradient == nullptr) return (p - y).square().sum();
  ArrayMap g(gradient, n);
  g = p - y;
  const float sum = g.square().sum();
  g *= 2.0F * scale;
  return sum;
}

class Mse final : public Loss {
 public:
  std::string_view kind() const override { return "mse"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    return mean_of_elements(prediction, labels, row_weights, gradient, squares);
  }
};

std::unique_ptr<Loss> read_mse(Params&, const BuildContext&) { return make_mse(); }

}  // namespace

std::unique_ptr<Loss> make_mse() { return std::make_unique<Mse>(); }

LossEntry mse() { return {"mse", "mean squared error", &read_mse}; }

}  // namespace trainwreck::losses
