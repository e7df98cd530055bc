#include <cmath>

#include "engine/losses/losses.h"
#include "engine/losses/reduction.h"

namespace trainwreck::losses {
namespace {

constexpr float kShortest = 1e-12F;  // what is shorter is scaled as if it were that long

float length_of(const float* values, std::int64_t n) {
  float sum = 0.0F;
  for (std::int64_t i = 0; i < n; ++i) sum += values[i] * values[i];
  const float length = std::sqrt(sum);
  return length < kShortest ? kShortest : length;
}

// Minus the cosine of the angle between two lines of numbers.
float against(const float* p, const float* y, float* g, std::int64_t n, float scale) {
  const float p_length = length_of(p, n);
  const float y_length = length_of(y, n);
  float cosine = 0.0F;
  for (std::int64_t i = 0; i < n; ++i) cosine += (p[i] / p_length) * (y[i] / y_length);
  if (g == nullptr) return -cosine;
  for (std::int64_t i = 0; i < n; ++i) {
    g[i] = -scale * (y[i] / y_length - cosine * p[i] / p_length) / p_length;
  }
  return -cosine;
}

class CosineSimilarity final : public Loss {
 public:
  std::string_view kind() const override { return "cosine_similarity"; }

  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    expect_classes(kind(), prediction);
    const std::int64_t width = prediction.shape().back();
    return mean_of_lines(
        prediction, row_weights, gradient,
        [&labels, width](std::int64_t line, const float* p, float* g, float scale) {
          return against(p, labels.data() + line * width, g, width, scale);
        });
  }
};

std::unique_ptr<Loss> read_cosine_similarity(Params&, const BuildContext&) {
  return make_cosine_similarity();
}

}  // namespace

std::unique_ptr<Loss> make_cosine_similarity() { return std::make_unique<CosineSimilarity>(); }

LossEntry cosine_similarity() {
  return {"cosine_similarity", "minus the cosine between prediction and label",
          &read_cosine_similarity};
}

}  // namespace trainwreck::losses
