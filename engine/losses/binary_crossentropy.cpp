#include <cmath>

#include "engine/base/params.h"
#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

float of_share(float p, float y, float* g, float scale) {
  const bool low = p < kEpsilon;
  const bool high = p > 1.0F - kEpsilon;
  const float share = low ? kEpsilon : (high ? 1.0F - kEpsilon : p);
  if (g != nullptr) *g = low || high ? 0.0F : scale * (share - y) / (share * (1.0F - share));
  return -(y * std::log(share) + (1.0F - y) * std::log(1.0F - share));
}

float of_logit(float z, float y, float* g, float scale) {
  const float decay = std::exp(-std::abs(z));
  if (g != nullptr) {
    const float share = z < 0.0F ? decay / (1.0F + decay) : 1.0F / (1.0F + decay);
    *g = scale * (share - y);
  }
  return (z < 0.0F ? 0.0F : z) - z * y + std::log1p(decay);
}

class BinaryCrossentropy final : public Loss {
 public:
  explicit BinaryCrossentropy(CrossentropyOptions options) : options_(options) {}

  std::string_view kind() const override { return "binary_crossentropy"; }
  LabelForm label_form() const override { return LabelForm::strictly_like_prediction; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    return mean_of_elements(
        prediction, labels, row_weights, gradient,
        [this](const float* p, const float* y, float* g, std::int64_t n, float scale) {
          const float smoothing = options_.label_smoothing;
          float sum = 0.0F;
          for (std::int64_t i = 0; i < n; ++i) {
            const float label = y[i] * (1.0F - smoothing) + 0.5F * smoothing;
            float* out = g == nullptr ? nullptr : g + i;
            sum += options_.from_logits ? of_logit(p[i], label, out, scale)
                                        : of_share(p[i], label, out, scale);
          }
          return sum;
        });
  }

 private:
  CrossentropyOptions options_;
};

std::unique_ptr<Loss> read_binary_crossentropy(Params& params, const BuildContext&) {
  CrossentropyOptions options;
  options.from_logits =
      params.flag("from_logits", false, "predictions are logits, not probabilities");
  options.label_smoothing = static_cast<float>(
      params.number("label_smoothing", 0.0, "how far labels are drawn to 0.5", {0.0, 1.0}));
  return make_binary_crossentropy(options);
}

}  // namespace

std::unique_ptr<Loss> make_binary_crossentropy(CrossentropyOptions options) {
  return std::make_unique<BinaryCrossentropy>(options);
}

LossEntry binary_crossentropy() {
  return {"binary_crossentropy", "cross-entropy of independent yes/no probabilities",
          &read_binary_crossentropy};
}

}  // namespace trainwreck::losses
