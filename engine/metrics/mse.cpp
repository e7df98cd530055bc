#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

double mean_square(std::span<const float> prediction, std::span<const float> labels, float) {
  double sum = 0.0;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    const double error = static_cast<double>(prediction[i]) - static_cast<double>(labels[i]);
    sum += error * error;
  }
  return sum / static_cast<double>(prediction.size());
}

Score choose_mse(const Shape&, const Shape&) { return {Score::Over::elements, &mean_square}; }

std::unique_ptr<Metric> read_mse(Params& params, const BuildContext&) {
  return make_mse({.name = read_name(params)});
}

}  // namespace

std::unique_ptr<Metric> make_mse(Options options) {
  return make_row_metric({.name = name_or(options.name, "mse"),
                          .direction = Direction::lower_is_better,
                          .choose = &choose_mse});
}

MetricEntry mse() { return {"mse", "mean squared error", &read_mse}; }

}  // namespace trainwreck::metrics
