#include <cmath>

#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

double mean_distance(std::span<const float> prediction, std::span<const float> labels, float) {
  double sum = 0.0;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    const double error = static_cast<double>(prediction[i]) - static_cast<double>(labels[i]);
    sum += std::abs(error);
  }
  return sum / static_cast<double>(prediction.size());
}

Score choose_mae(const Shape&, const Shape&) { return {Score::Over::elements, &mean_distance}; }

std::unique_ptr<Metric> read_mae(Params& params, const BuildContext&) {
  return make_mae({.name = read_name(params)});
}

}  // namespace

std::unique_ptr<Metric> make_mae(Options options) {
  return make_row_metric({.name = name_or(options.name, "mae"),
                          .direction = Direction::lower_is_better,
                          .choose = &choose_mae});
}

MetricEntry mae() { return {"mae", "mean absolute error", &read_mae}; }

}  // namespace trainwreck::metrics
