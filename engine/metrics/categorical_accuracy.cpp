#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

Score choose_categorical_accuracy(const Shape&, const Shape&) {
  return {Score::Over::classes, &categorical_match};
}

std::unique_ptr<Metric> read_categorical_accuracy(Params& params, const BuildContext&) {
  return make_categorical_accuracy({.name = read_name(params)});
}

}  // namespace

std::unique_ptr<Metric> make_categorical_accuracy(Options options) {
  return make_row_metric({.name = name_or(options.name, "categorical_accuracy"),
                          .direction = Direction::higher_is_better,
                          .choose = &choose_categorical_accuracy});
}

MetricEntry categorical_accuracy() {
  return {"categorical_accuracy",
          "share of rows whose largest class is the label's, labels one-hot",
          &read_categorical_accuracy};
}

}  // namespace trainwreck::metrics
