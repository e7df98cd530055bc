#include <array>
#include <utility>

#include "engine/base/errors.h"
#include "engine/metrics/metrics.h"
#include "engine/metrics/scores.h"
#include "engine/model/label_alignment.h"
#include "engine/model/row_metric.h"

namespace trainwreck::metrics {
namespace {

// Hits, false alarms and misses of one class.
struct Counts {
  double hits = 0.0;
  double alarms = 0.0;
  double misses = 0.0;

  double f1() const {
    const double all = 2.0 * hits + alarms + misses;
    return all == 0.0 ? 0.0 : 2.0 * hits / all;
  }
};

class F1 final : public Metric {
 public:
  explicit F1(F1Options options)
      : name_(name_or(options.name, "f1")),
        threshold_(options.threshold),
        macro_(options.average == F1Average::macro) {}

  std::string_view name() const override { return name_; }
  Direction direction() const override { return Direction::higher_is_better; }
  void reset() override { classes_.clear(); }

  void check(const Shape& prediction, const Shape& labels) const override {
    if (macro_ && prediction.rank() > 1 && one_per_line(prediction, labels)) return;
    if (same_elements(prediction, labels)) return;
    throw ShapeError("metric \"" + name_ + "\": expected labels of shape " + prediction.text() +
                     ", got " + labels.text());
  }

  void update(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights) override {
    check(prediction.shape(), labels.shape());
    check_metric_weights(name(), row_weights, prediction.rows());
    const bool lines = macro_ && prediction.shape().rank() > 1;
    const auto width = lines ? static_cast<std::size_t>(prediction.shape().back()) : std::size_t{1};
    if (prediction.size() == 0) return;
    classes_.resize(lines ? width : 1);
    const std::size_t count = prediction.values().size() / width;
    const std::size_t label_width = labels.values().size() / count;
    const std::size_t per_row = count / static_cast<std::size_t>(prediction.rows());
    for (std::size_t i = 0; i < count; ++i) {
      const double weight =
          row_weights == nullptr ? 1.0 : static_cast<double>(row_weights->values()[i / per_row]);
      add(prediction.values().subspan(i * width, width),
          labels.values().subspan(i * label_width, label_width), weight);
    }
  }

  double result() const override {
    double sum = 0.0;
    for (const Counts& one : classes_) sum += one.f1();
    return classes_.empty() ? 0.0 : sum / static_cast<double>(classes_.size());
  }

  std::vector<double> state() const override {
    std::vector<double> state;
    for (const Counts& one : classes_) {
      state.insert(state.end(), {one.hits, one.alarms, one.misses});
    }
    return state;
  }

  void restore(std::span<const double> state) override {
    classes_.clear();
    for (std::size_t i = 0; i + 2 < state.size(); i += 3) {
      classes_.push_back({state[i], state[i + 1], state[i + 2]});
    }
  }

 private:
  void add(std::span<const float> prediction, std::span<const float> labels, double weight) {
    if (prediction.size() == 1) {
      const bool said = prediction[0] > threshold_;
      const bool is = labels[0] > 0.5F;
      if (said && is) classes_[0].hits += weight;
      if (said && !is) classes_[0].alarms += weight;
      if (!said && is) classes_[0].misses += weight;
      return;
    }
    const std::size_t said = largest(prediction);
    const std::size_t is = labels.size() > 1 ? largest(labels) : class_number(labels[0]);
    if (said == is) {
      classes_[said].hits += weight;
      return;
    }
    classes_[said].alarms += weight;
    if (is < classes_.size()) classes_[is].misses += weight;
  }

  // What is no class at all gets a number that none has.
  std::size_t class_number(float label) const {
    const auto count = static_cast<float>(classes_.size());
    return label >= 0.0F && label < count ? static_cast<std::size_t>(label) : classes_.size();
  }

  std::string name_;
  float threshold_;
  bool macro_;
  std::vector<Counts> classes_;
};

std::unique_ptr<Metric> read_f1(Params& params, const BuildContext&) {
  constexpr std::array<std::string_view, 2> kAverages = {"binary", "macro"};
  F1Options options;
  options.name = read_name(params);
  options.threshold =
      static_cast<float>(params.number("threshold", 0.5, "above it a single prediction is a yes"));
  options.average = static_cast<F1Average>(params.choice(
      "average", kAverages, 0, "the positive class alone, or the mean over all classes"));
  return make_f1(std::move(options));
}

}  // namespace

std::unique_ptr<Metric> make_f1(F1Options options) {
  return std::make_unique<F1>(std::move(options));
}

MetricEntry f1() { return {"f1", "harmonic mean of precision and recall", &read_f1}; }

}  // namespace trainwreck::metrics
