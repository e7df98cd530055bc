#include <cmath>

#include "engine/base/params.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

class CategoricalCrossentropy final : public Loss {
 public:
  explicit CategoricalCrossentropy(CrossentropyOptions options) : options_(options) {}

  std::string_view kind() const override { return "categorical_crossentropy"; }
  LabelForm label_form() const override { return LabelForm::strictly_like_prediction; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    expect_classes(kind(), prediction);
    TRAINWRECK_CHECK(labels.size() == prediction.size(), "labels must be aligned before");
    const std::int64_t width = prediction.shape().back();
    return mean_of_lines(prediction, row_weights, gradient,
                         [&](std::int64_t line, const float* p, float* g, float scale) {
                           const float* y = labels.data() + line * width;
                           return options_.from_logits ? of_logits(p, y, g, width, scale)
                                                       : of_shares(p, y, g, width, scale);
                         });
  }

 private:
  float smooth(float label, std::int64_t width) const {
    const float s = options_.label_smoothing;
    return label * (1.0F - s) + s / static_cast<float>(width);
  }

  // Predictions are divided by their sum first, so shares q = p / sum that need not add up to one
  // are judged as if they did.
  float of_shares(const float* p, const float* y, float* g, std::int64_t width, float scale) const {
    const float sum = ConstArrayMap(p, width).sum();
    float loss = 0.0F * sum;  // a NaN in any class is a NaN here
    float common = 0.0F;
    for (std::int64_t k = 0; k < width; ++k) {
      const float label = smooth(y[k], width);
      if (g != nullptr) g[k] = 0.0F;
      if (label == 0.0F) continue;
      const float share = p[k] / sum;
      const bool low = share < kEpsilon;
      const bool high = share > 1.0F - kEpsilon;
      loss -= label * std::log(low ? kEpsilon : (high ? 1.0F - kEpsilon : share));
      if (g == nullptr || low || high) continue;
      g[k] = -scale * label / p[k];
      common += label;
    }
    if (g != nullptr) ArrayMap(g, width) += scale * common / sum;
    return loss;
  }

  float of_logits(const float* z, const float* y, float* g, std::int64_t width, float scale) const {
    const ConstArrayMap logits(z, width);
    const float top = logits.maxCoeff<Eigen::PropagateNaN>();
    const float log_sum = top + std::log((logits - top).exp().sum());
    float loss = 0.0F * log_sum;
    float labels = 0.0F;
    for (std::int64_t k = 0; k < width; ++k) {
      const float label = smooth(y[k], width);
      labels += label;
      if (label != 0.0F) loss += label * (log_sum - z[k]);
      if (g != nullptr) g[k] = -scale * label;
    }
    if (g != nullptr) ArrayMap(g, width) += scale * labels * (logits - log_sum).exp();
    return loss;
  }

  CrossentropyOptions options_;
};

std::unique_ptr<Loss> read_categorical_crossentropy(Params& params, const BuildContext&) {
  CrossentropyOptions options;
  options.from_logits =
      params.flag("from_logits", false, "predictions are logits, not probabilities");
  options.label_smoothing = static_cast<float>(
      params.number("label_smoothing", 0.0, "how far labels are drawn to 1 / classes", {0.0, 1.0}));
  return make_categorical_crossentropy(options);
}

}  // namespace

std::unique_ptr<Loss> make_categorical_crossentropy(CrossentropyOptions options) {
  return std::make_unique<CategoricalCrossentropy>(options);
}

LossEntry categorical_crossentropy() {
  return {"categorical_crossentropy", "cross-entropy of class probabilities, labels one-hot",
          &read_categorical_crossentropy};
}

}  // namespace trainwreck::losses
