#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "engine/base/params.h"

// What the metrics of this folder share.
namespace trainwreck::metrics {

inline std::string name_or(const std::string& name, std::string_view kind) {
  return name.empty() ? std::string(kind) : name;
}

inline std::string read_name(Params& params) {
  return params.text("name", "", "key in the logs; empty: the metric's own name");
}

// The share of elements on the label's side of the threshold.
inline double binary_match(std::span<const float> prediction, std::span<const float> labels,
                           float threshold) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    right += labels[i] == (prediction[i] > threshold ? 1.0F : 0.0F) ? 1U : 0U;
  }
  return static_cast<double>(right) / static_cast<double>(prediction.size());
}

inline std::size_t largest(std::span<const float> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

inline double categorical_match(std::span<const float> prediction, std::span<const float> labels,
                                float) {
  return largest(prediction) == largest(labels) ? 1.0 : 0.0;
}

inline double sparse_match(std::span<const float> prediction, std::span<const float> labels,
                           float) {
  return static_cast<float>(largest(prediction)) == labels[0] ? 1.0 : 0.0;
}

}  // namespace trainwreck::metrics
