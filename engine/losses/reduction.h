#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/base/tensor.h"

// How losses become one number: shared by the .cpp files of this folder.
namespace trainwreck::losses {

// Probabilities are kept this far away from 0 and 1, as in Keras.
inline constexpr float kEpsilon = 1e-7F;

inline void fit_gradient(const Tensor& prediction, Tensor* gradient) {
  if (gradient != nullptr && gradient->shape() != prediction.shape()) {
    gradient->resize(prediction.shape());
  }
}

// The mean over all elements, rows weighted. `kernel(p, y, g, n, scale)` returns the summed losses
// of n elements (at most kChunk) and, unless g is null, writes their gradients times scale.
inline constexpr std::int64_t kChunk = 1024;

template <class Kernel>
float mean_of_elements(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                       Tensor* gradient, const Kernel& kernel) {
  TRAINWRECK_CHECK(labels.size() == prediction.size(), "labels must be aligned before");
  fit_gradient(prediction, gradient);
  const std::int64_t size = prediction.size();
  const std::int64_t run = row_weights == nullptr ? size : prediction.row_size();
  const auto count = static_cast<double>(size);
  double total = 0.0;
  for (std::int64_t start = 0; start < size;) {
    const float weight = row_weights == nullptr ? 1.0F : (*row_weights)[start / run];
    const std::int64_t end = std::min(size, start - start % run + run);
    const std::int64_t n = std::min(kChunk, end - start);
    const auto scale = static_cast<float>(static_cast<double>(weight) / count);
    float* g = gradient == nullptr ? nullptr : gradient->data() + start;
    total +=
        static_cast<double>(weight) *
        static_cast<double>(kernel(prediction.data() + start, labels.data() + start, g, n, scale));
    start += n;
  }
  return static_cast<float>(total / count);
}

// For losses over classes: predictions need an axis for them, beside the rows.
inline void expect_classes(std::string_view loss, const Tensor& prediction) {
  if (prediction.shape().rank() >= 2) return;
  throw ShapeError("loss \"" + std::string(loss) +
                   "\": expected predictions of shape (None, classes), got " +
                   prediction.shape().text());
}

// The mean over lines, rows weighted, where a loss looks at all classes along the last axis
// together: `kernel(position, p, g, scale)` returns the loss of one such line of `width` classes.
template <class Kernel>
float mean_of_lines(const Tensor& prediction, const Tensor* row_weights, Tensor* gradient,
                    const Kernel& kernel) {
  fit_gradient(prediction, gradient);
  const std::int64_t width = prediction.shape().back();
  const std::int64_t lines = width == 0 ? 0 : prediction.size() / width;
  const std::int64_t lines_per_row = width == 0 ? 1 : prediction.row_size() / width;
  const auto count = static_cast<double>(lines);
  double total = 0.0;
  for (std::int64_t line = 0; line < lines; ++line) {
    const float weight = row_weights == nullptr ? 1.0F : (*row_weights)[line / lines_per_row];
    const auto scale = static_cast<float>(static_cast<double>(weight) / count);
    float* g = gradient == nullptr ? nullptr : gradient->data() + line * width;
    total += static_cast<double>(weight) *
             static_cast<double>(kernel(line, prediction.data() + line * width, g, scale));
  }
  return static_cast<float>(total / count);
}

}  // namespace trainwreck::losses
