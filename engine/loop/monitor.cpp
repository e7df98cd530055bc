#include "engine/loop/monitor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

constexpr std::string_view kValidation = "val_";

std::string_view without_prefix(std::string_view name) {
  return name.starts_with(kValidation) ? name.substr(kValidation.size()) : name;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What a metric of this name is compiled as; a compiled "loss" overrides the loss, as in Keras.
std::optional<Direction> direction_of(const Model& model, std::string_view name) {
  std::optional<Direction> direction;
  if (name == "loss") direction = Direction::lower_is_better;
  for (const auto& metric : model.metrics()) {
    if (metric->name() == name) direction = metric->direction();
  }
  return direction;
}

}  // namespace

MonitorOptions read_monitor(Params& params, MonitorOptions defaults) {
  defaults.metric = params.text("monitor", defaults.metric, "the metric to watch, as in the logs");
  defaults.mode =
      params.text("mode", defaults.mode,
                  "auto: the metric's own direction; min: lower is better; max: higher is better");
  return defaults;
}

MonitorOptions read_monitor_with_delta(Params& params, MonitorOptions defaults) {
  defaults = read_monitor(params, std::move(defaults));
  defaults.min_delta = params.number("min_delta", defaults.min_delta,
                                     "a change of no more than this is no improvement");
  return defaults;
}

Monitor::Monitor(std::string who, MonitorOptions options)
    : who_(std::move(who)), options_(std::move(options)), mode_(options_.mode) {
  options_.min_delta = std::abs(options_.min_delta);
}

void Monitor::start(Session& session) {
  policy_ = session.policy().monitor;
  mode_ = options_.mode;
  if (mode_ == "auto" || mode_ == "min" || mode_ == "max") return;
  const std::string text = fmt::format("{}: mode \"{}\" is none of auto, min and max", who_, mode_);
  if (policy_.unknown_mode == UnknownMode::refused) throw ValueError(text);
  session.warn("monitor.mode", text + "; taken as auto");
  mode_ = "auto";
}

void Monitor::check_name(const Session& session) const {
  if (policy_.unknown_metric != UnknownMetric::error || !session.logs_are_known()) return;
  if (!contains(session.metric_names(), options_.metric)) {
    throw ValueError(unknown_text(session, nullptr));
  }
}

void Monitor::resolve(const Session& session) {
  if (direction_) return;
  if (mode_ == "min") {
    direction_ = Direction::lower_is_better;
  } else if (mode_ == "max") {
    direction_ = Direction::higher_is_better;
  } else {
    direction_ = direction_of(session.model(), without_prefix(options_.metric));
  }
  if (!direction_) {
    throw ValueError(
        fmt::format("{}: whether a higher or a lower \"{}\" is better is not known, because the "
                    "model has no such metric; set mode to \"max\" or \"min\"",
                    who_, options_.metric));
  }
}

std::optional<double> Monitor::value(Session& session, const Logs& logs) const {
  const std::optional<double> found = logs.find(options_.metric);
  if (found) return found;
  if (policy_.unknown_metric == UnknownMetric::error &&
      !contains(session.metric_names(), options_.metric)) {
    throw ValueError(unknown_text(session, &logs));
  }
  std::vector<std::string_view> available;
  for (const Logs::Item& item : logs.items()) available.push_back(item.key.name());
  session.warn("monitor.missing",
               fmt::format("{}: \"{}\" is not in the logs of this epoch, which have: {}", who_,
                           options_.metric, fmt::join(available, ", ")));
  return std::nullopt;
}

std::string Monitor::unknown_text(const Session& session, const Logs* logs) const {
  std::vector<std::string> names = session.metric_names();
  if (logs != nullptr) {
    for (const Logs::Item& item : logs->items()) {
      if (!contains(names, item.key.name())) names.push_back(item.key.name());
    }
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string text = fmt::format("{}: nothing in this run is called \"{}\"", who_, options_.metric);
  const std::string_view near = closest(options_.metric, known);
  if (!near.empty()) {
    text += fmt::format("; did you mean \"{}\"?", near);
  } else if (options_.metric.starts_with(kValidation) && !session.info().has_validation) {
    text += ": it has no validation data";
  } else {
    text += fmt::format("; there are {}", joined(known));
  }
  return text;
}

bool Monitor::improves(double value, std::optional<double> reference) const {
  const bool nan_counts = policy_.first_nan == FirstNan::becomes_best;
  if (!reference || (!nan_counts && std::isnan(*reference))) {
    return nan_counts || !std::isnan(value);
  }
  TRAINWRECK_CHECK(direction_, "which way is better must be settled before two values compare");
  const bool lower = *direction_ == Direction::lower_is_better;
  const double handicapped = lower ? value + options_.min_delta : value - options_.min_delta;
  if (policy_.comparison == Comparison::float64) {
    return lower ? handicapped < *reference : handicapped > *reference;
  }
  const auto single = static_cast<float>(handicapped);
  const auto reference_single = static_cast<float>(*reference);
  return lower ? single < reference_single : single > reference_single;
}

}  // namespace trainwreck
