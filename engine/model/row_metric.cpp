#include "engine/model/row_metric.h"

#include <utility>

#include "engine/base/errors.h"
#include "engine/model/label_alignment.h"
#include "engine/model/running_mean.h"

namespace trainwreck {
namespace {

std::string who(std::string_view metric) { return "metric \"" + std::string(metric) + "\": "; }

class RowMetric final : public Metric {
 public:
  explicit RowMetric(RowMetricOptions options) : options_(std::move(options)) {}

  std::string_view name() const override { return options_.name; }
  Direction direction() const override { return options_.direction; }
  void reset() override { mean_.reset(); }
  double result() const override { return mean_.result(); }
  std::vector<double> state() const override { return mean_.state(); }
  void restore(std::span<const double> state) override { mean_.restore(state); }

  void check(const Shape& prediction, const Shape& labels) const override {
    const Score score = options_.choose(prediction, labels);
    if (score.over == Score::Over::classes_index) {
      if (one_per_line(prediction, labels)) return;
      if (prediction.rank() > 1) refuse(without_last_axis(prediction), labels);
    }
    if (same_elements(prediction, labels)) return;
    if (score.over == Score::Over::elements && label_shapes() == LabelShapes::broadcast) {
      if (broadcast_shape(prediction, labels)) return;
      throw ShapeError(who(name()) + "labels of shape " + labels.text() +
                       " do not broadcast against predictions of shape " + prediction.text());
    }
    refuse(prediction, labels);
  }

  void update(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights) override {
    check(prediction.shape(), labels.shape());
    const Score score = options_.choose(prediction.shape(), labels.shape());
    if (score.over != Score::Over::elements || same_elements(prediction.shape(), labels.shape())) {
      add(score, prediction, labels, row_weights);
      return;
    }
    const std::optional<Shape> whole = broadcast_shape(prediction.shape(), labels.shape());
    expand_to(prediction, *whole, prediction_);
    expand_to(labels, *whole, labels_);
    add(score, prediction_, labels_, row_weights);
  }

 private:
  [[noreturn]] void refuse(const Shape& expected, const Shape& actual) const {
    throw ShapeError(who(name()) + "expected labels of shape " + expected.text() + ", got " +
                     actual.text());
  }

  void add(const Score& score, const Tensor& prediction, const Tensor& labels,
           const Tensor* weights) {
    const std::int64_t rows = prediction.rows();
    check_metric_weights(name(), weights, rows);
    for (std::int64_t row = 0; row < rows; ++row) {
      const double weight = weights == nullptr ? 1.0 : static_cast<double>((*weights)[row]);
      mean_.add(row_score(score, prediction, labels, row), weight);
    }
  }

  // The mean of the scores of a row's lines; elements are a single line.
  double row_score(const Score& score, const Tensor& prediction, const Tensor& labels,
                   std::int64_t row) const {
    const auto size = static_cast<std::size_t>(prediction.row_size());
    const auto width = score.over == Score::Over::elements
                           ? size
                           : static_cast<std::size_t>(prediction.shape().back());
    if (width == 0) return 0.0;
    const std::size_t label_width = score.over == Score::Over::classes_index ? 1 : width;
    const std::size_t lines = size / width;
    const auto first = static_cast<std::size_t>(row) * lines;
    double sum = 0.0;
    for (std::size_t line = first; line < first + lines; ++line) {
      sum += score.function(prediction.values().subspan(line * width, width),
                            labels.values().subspan(line * label_width, label_width),
                            options_.threshold);
    }
    return sum / static_cast<double>(lines);
  }

  RowMetricOptions options_;
  RunningMean mean_;
  Tensor prediction_;
  Tensor labels_;
};

}  // namespace

std::unique_ptr<Metric> make_row_metric(RowMetricOptions options) {
  return std::make_unique<RowMetric>(std::move(options));
}

void check_metric_weights(std::string_view metric, const Tensor* weights, std::int64_t rows) {
  if (weights == nullptr || weights->size() == rows) return;
  throw ShapeError(who(metric) + "expected sample weights of shape " + Shape{rows}.text() +
                   ", got " + weights->shape().text());
}

}  // namespace trainwreck
