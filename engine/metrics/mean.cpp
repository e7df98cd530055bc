#include <utility>

#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/row_metric.h"
#include "engine/model/running_mean.h"

namespace trainwreck::metrics {
namespace {

class Mean final : public Metric {
 public:
  explicit Mean(Options options) : name_(name_or(options.name, "mean")) {}

  std::string_view name() const override { return name_; }
  Direction direction() const override { return Direction::lower_is_better; }
  void reset() override { mean_.reset(); }
  double result() const override { return mean_.result(); }
  std::vector<double> state() const override { return mean_.state(); }
  void restore(std::span<const double> state) override { mean_.restore(state); }

  void update(const Tensor& prediction, const Tensor&, const Tensor* row_weights) override {
    check_metric_weights(name(), row_weights, prediction.rows());
    const std::int64_t width = prediction.row_size();
    if (width == 0) return;
    for (std::int64_t row = 0; row < prediction.rows(); ++row) {
      double sum = 0.0;
      for (const float value : prediction.row(row)) sum += static_cast<double>(value);
      const double weight = row_weights == nullptr ? 1.0 : static_cast<double>((*row_weights)[row]);
      mean_.add(sum / static_cast<double>(width), weight);
    }
  }

 private:
  std::string name_;
  RunningMean mean_;
};

std::unique_ptr<Metric> read_mean(Params& params, const BuildContext&) {
  return make_mean({.name = read_name(params)});
}

}  // namespace

std::unique_ptr<Metric> make_mean(Options options) {
  return std::make_unique<Mean>(std::move(options));
}

MetricEntry mean() { return {"mean", "mean of the predictions", &read_mean}; }

}  // namespace trainwreck::metrics
