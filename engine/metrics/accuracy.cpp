#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

// Keras's rules: one number per row is a yes or no, and labels with fewer or single columns are
// class numbers.
Score choose_accuracy(const Shape& prediction, const Shape& labels) {
  if (prediction.rank() < 2 || prediction.back() == 1) {
    return {Score::Over::elements, &binary_match};
  }
  if (labels.rank() < prediction.rank() || labels.back() == 1) {
    return {Score::Over::classes_index, &sparse_match};
  }
  return {Score::Over::classes, &categorical_match};
}

std::unique_ptr<Metric> read_accuracy(Params& params, const BuildContext&) {
  return make_accuracy({.name = read_name(params)});
}

}  // namespace

std::unique_ptr<Metric> make_accuracy(Options options) {
  return make_row_metric({.name = name_or(options.name, "accuracy"),
                          .direction = Direction::higher_is_better,
                          .choose = &choose_accuracy});
}

MetricEntry accuracy() {
  return {"accuracy",
          "share of right predictions: binary, categorical or sparse, as the shapes say",
          &read_accuracy};
}

}  // namespace trainwreck::metrics
