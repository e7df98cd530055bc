#include <cmath>
#include <string>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

class SparseCategoricalCrossentropy final : public Loss {
 public:
  explicit SparseCategoricalCrossentropy(SparseCrossentropyOptions options) : options_(options) {}

  std::string_view kind() const override { return "sparse_categorical_crossentropy"; }
  LabelForm label_form() const override { return LabelForm::class_index; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    expect_classes(kind(), prediction);
    const std::int64_t width = prediction.shape().back();
    TRAINWRECK_CHECK(labels.size() * width == prediction.size(), "labels must be aligned before");
    return mean_of_lines(prediction, row_weights, gradient,
                         [&](std::int64_t line, const float* p, float* g, float scale) {
                           const std::int64_t label = class_of(labels, line, width);
                           return options_.from_logits ? of_logits(p, label, g, width, scale)
                                                       : of_shares(p, label, g, width, scale);
                         });
  }

 private:
  std::int64_t class_of(const Tensor& labels, std::int64_t line, std::int64_t width) const {
    const float label = labels[line];
    if (!(label >= 0.0F && label < static_cast<float>(width) && label == std::trunc(label))) {
      throw BadBatch("loss \"" + std::string(kind()) + "\": label " + number_text(label) +
                     " at position " + std::to_string(line) + " is not one of the classes 0 to " +
                     std::to_string(width - 1));
    }
    return static_cast<std::int64_t>(label);
  }

  static float of_shares(const float* p, std::int64_t label, float* g, std::int64_t width,
                         float scale) {
    const float sum = ConstArrayMap(p, width).sum();
    const float share = p[label] / sum;
    const bool low = share < kEpsilon;
    const bool high = share > 1.0F - kEpsilon;
    if (g != nullptr) {
      const bool clipped = low || high;
      ArrayMap(g, width).setConstant(clipped ? 0.0F : scale / sum);
      if (!clipped) g[label] -= scale / p[label];
    }
    return -std::log(low ? kEpsilon : (high ? 1.0F - kEpsilon : share));
  }

  static float of_logits(const float* z, std::int64_t label, float* g, std::int64_t width,
                         float scale) {
    const ConstArrayMap logits(z, width);
    const float top = logits.maxCoeff<Eigen::PropagateNaN>();
    const float log_sum = top + std::log((logits - top).exp().sum());
    if (g != nullptr) {
      ArrayMap(g, width) = scale * (logits - log_sum).exp();
      g[label] -= scale;
    }
    return log_sum - z[label];
  }

  SparseCrossentropyOptions options_;
};

std::unique_ptr<Loss> read_sparse_categorical_crossentropy(Params& params, const BuildContext&) {
  return make_sparse_categorical_crossentropy(
      {.from_logits =
           params.flag("from_logits", false, "predictions are logits, not probabilities")});
}

}  // namespace

std::unique_ptr<Loss> make_sparse_categorical_crossentropy(SparseCrossentropyOptions options) {
  return std::make_unique<SparseCategoricalCrossentropy>(options);
}

LossEntry sparse_categorical_crossentropy() {
  return {"sparse_categorical_crossentropy",
          "cross-entropy of class probabilities, labels are class numbers",
          &read_sparse_categorical_crossentropy};
}

}  // namespace trainwreck::losses
