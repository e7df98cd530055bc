#pragma once

#include <memory>
#include <span>
#include <string>

#include "trainwreck/metric.h"

namespace trainwreck {

// How one score of a RowMetric comes about.
struct Score {
  enum class Over : std::uint8_t {
    elements,       // all elements of a row and their labels
    classes,        // the classes along the last axis and as many labels
    classes_index,  // the classes along the last axis and the number of the right one
  };
  using Function = double (*)(std::span<const float> prediction, std::span<const float> labels,
                              float threshold);

  Over over = Over::elements;
  Function function = nullptr;
};

struct RowMetricOptions {
  std::string name;
  Direction direction = Direction::lower_is_better;
  // Chosen by the shapes of the first batch since reset.
  Score (*choose)(const Shape& prediction, const Shape& labels) = nullptr;
  float threshold = 0.5F;
};

// The mean over rows of a score, as most metrics are.
std::unique_ptr<Metric> make_row_metric(RowMetricOptions options);

// Throws ShapeError unless there is one weight for each row.
void check_metric_weights(std::string_view metric, const Tensor* weights, std::int64_t rows);

}  // namespace trainwreck
