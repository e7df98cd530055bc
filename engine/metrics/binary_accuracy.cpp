#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

Score choose_binary_accuracy(const Shape&, const Shape&) {
  return {Score::Over::elements, &binary_match};
}

std::unique_ptr<Metric> read_binary_accuracy(Params& params, const BuildContext&) {
  return make_binary_accuracy({.name = read_name(params),
                               .threshold = static_cast<float>(params.number(
                                   "threshold", 0.5, "above it the prediction is a yes"))});
}

}  // namespace

std::unique_ptr<Metric> make_binary_accuracy(BinaryAccuracyOptions options) {
  return make_row_metric({.name = name_or(options.name, "binary_accuracy"),
                          .direction = Direction::higher_is_better,
                          .choose = &choose_binary_accuracy,
                          .threshold = options.threshold});
}

MetricEntry binary_accuracy() {
  return {"binary_accuracy", "share of predictions on the right side of a threshold",
          &read_binary_accuracy};
}

}  // namespace trainwreck::metrics
