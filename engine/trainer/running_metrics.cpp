#include "engine/trainer/running_metrics.h"

#include <algorithm>

#include "engine/base/check.h"
#include "trainwreck/model.h"

namespace trainwreck {

RunningMetrics::RunningMetrics(Model& model) : model_(model), loss_key_("loss") {
  layout_.set(loss_key_, 0.0);
  for (const auto& metric : model_.metrics()) layout_.set(metric->name(), 0.0);
  layout_.sort_by_name();
  const auto place_of = [this](std::string_view name) {
    const auto& items = layout_.items();
    const auto at = std::find_if(items.begin(), items.end(),
                                 [&](const Logs::Item& item) { return item.key.name() == name; });
    return static_cast<std::size_t>(at - items.begin());
  };
  places_.push_back(place_of("loss"));
  for (const auto& metric : model_.metrics()) places_.push_back(place_of(metric->name()));
}

bool RunningMetrics::fits() const {
  if (places_.size() != model_.metrics().size() + 1) return false;
  std::size_t place = 1;
  for (const auto& metric : model_.metrics()) {
    if (layout_.items()[places_[place++]].key.name() != metric->name()) return false;
  }
  return true;
}

void RunningMetrics::reset() {
  loss_sum_ = 0.0;
  rows_ = 0.0;
  for (const auto& metric : model_.metrics()) metric->reset();
}

void RunningMetrics::add_loss(double loss, std::int64_t rows) {
  loss_sum_ += loss * static_cast<double>(rows);
  rows_ += static_cast<double>(rows);
}

void RunningMetrics::add(double loss, const Tensor& prediction, const Tensor& labels,
                         const Tensor* row_weights) {
  add_loss(loss, prediction.rows());
  for (const auto& metric : model_.metrics()) metric->update(prediction, labels, row_weights);
}

void RunningMetrics::write(Logs& logs) {
  if (rows_ == 0.0) {
    logs.clear();
    return;
  }
  if (logs.items().size() != layout_.items().size()) logs = layout_;
  logs.set_value(places_[0], loss_sum_ / rows_);
  std::size_t place = 1;
  for (const auto& metric : model_.metrics()) logs.set_value(places_[place++], metric->result());
}

std::vector<double> RunningMetrics::state() const {
  std::vector<double> state{loss_sum_, rows_};
  for (const auto& metric : model_.metrics()) {
    const std::vector<double> own = metric->state();
    state.push_back(static_cast<double>(own.size()));
    state.insert(state.end(), own.begin(), own.end());
  }
  return state;
}

void RunningMetrics::restore(const std::vector<double>& state) {
  TRAINWRECK_CHECK(state.size() >= 2, "a metric state is never that short");
  loss_sum_ = state[0];
  rows_ = state[1];
  std::size_t at = 2;
  for (const auto& metric : model_.metrics()) {
    TRAINWRECK_CHECK(at < state.size(), "the state is of other metrics");
    const auto count = static_cast<std::size_t>(state[at]);
    metric->restore(std::span(state).subspan(at + 1, count));
    at += 1 + count;
  }
}

}  // namespace trainwreck
