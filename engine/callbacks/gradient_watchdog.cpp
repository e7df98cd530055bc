#include "engine/callbacks/gradient_watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/callbacks/state_numbers.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

// Before this many norms a median says nothing.
constexpr std::size_t kFewest = 5;

void check_limit(const char* name, const std::optional<double>& limit) {
  if (limit && !(*limit > 0.0)) {
    throw ValueError(
        fmt::format("GradientWatchdog: {} must be above 0, got {}", name, number_text(*limit)));
  }
}

}  // namespace

GradientWatchdog::GradientWatchdog(GradientWatchdogOptions options) : options_(options) {
  check_limit("max_norm", options_.max_norm);
  check_limit("max_parameter_norm", options_.max_parameter_norm);
  check_limit("max_growth", options_.max_growth);
  if (options_.window < static_cast<std::int64_t>(kFewest) || options_.every < 1) {
    throw ValueError(fmt::format(
        "GradientWatchdog: window must be at least {} and every at least 1, got {} and {}", kFewest,
        options_.window, options_.every));
  }
  recent_.reserve(static_cast<std::size_t>(options_.window));
  sorted_.reserve(static_cast<std::size_t>(options_.window));
}

void GradientWatchdog::set_session(Session&) { fresh_.handed_over(); }

void GradientWatchdog::on_train_begin(Event& event) {
  if (fresh_.begin()) {
    alarms_ = seen_ = 0;
    recent_.clear();
    next_ = 0;
  }
  parameter_norms_.assign(event.session.model().parameters().infos().size(), 0.0);
}

void GradientWatchdog::on_epoch_begin(Event&) { warned_ = false; }

void GradientWatchdog::on_train_batch_end(Event& event) {
  if (is_broken_off(event.status) || seen_++ % options_.every != 0) return;
  measure(event);
  judge(event);
  if (std::isfinite(norm_) && options_.max_growth) remember();
}

void GradientWatchdog::measure(const Event& event) {
  const Parameters& parameters = event.session.model().parameters();
  const auto infos = parameters.infos();
  // A model that is built by its first batch has no parameters in on_train_begin.
  parameter_norms_.resize(infos.size());
  double total = 0.0;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    double squares = 0.0;
    for (const float gradient : parameters.gradients_of(infos[i])) {
      squares += static_cast<double>(gradient) * static_cast<double>(gradient);
    }
    parameter_norms_[i] = std::sqrt(squares);
    total += squares;
  }
  norm_ = std::sqrt(total);
}

void GradientWatchdog::judge(Event& event) {
  if (!std::isfinite(norm_)) {
    const auto infos = event.session.model().parameters().infos();
    const auto bad = std::find_if(parameter_norms_.begin(), parameter_norms_.end(),
                                  [](double norm) { return !std::isfinite(norm); });
    const auto index = static_cast<std::size_t>(bad - parameter_norms_.begin());
    const std::string what = fmt::format("the gradient of {} is not finite",
                                         index < infos.size() ? infos[index].name : "the model");
    return raise(event, what);
  }
  if (options_.max_norm && norm_ > *options_.max_norm) {
    return raise(event, fmt::format("the gradients' norm is {}, above {}", number_text(norm_),
                                    number_text(*options_.max_norm)));
  }
  for (std::size_t i = 0; options_.max_parameter_norm && i < parameter_norms_.size(); ++i) {
    if (parameter_norms_[i] <= *options_.max_parameter_norm) continue;
    return raise(event, fmt::format("the norm of the gradient of {} is {}, above {}",
                                    event.session.model().parameters().infos()[i].name,
                                    number_text(parameter_norms_[i]),
                                    number_text(*options_.max_parameter_norm)));
  }
  if (!options_.max_growth || recent_.size() < kFewest) return;
  const double usual = median();
  if (norm_ > *options_.max_growth * usual) {
    raise(event,
          fmt::format("the gradients' norm is {}, more than {} times its median {}",
                      number_text(norm_), number_text(*options_.max_growth), number_text(usual)));
  }
}

double GradientWatchdog::median() {
  sorted_.assign(recent_.begin(), recent_.end());
  const auto middle = sorted_.begin() + static_cast<std::ptrdiff_t>(sorted_.size() / 2);
  std::nth_element(sorted_.begin(), middle, sorted_.end());
  return static_cast<double>(*middle);
}

void GradientWatchdog::remember() {
  if (recent_.size() < static_cast<std::size_t>(options_.window)) {
    recent_.push_back(static_cast<float>(norm_));
    return;
  }
  recent_[next_] = static_cast<float>(norm_);
  next_ = (next_ + 1) % recent_.size();
}

void GradientWatchdog::raise(Event& event, const std::string& what) {
  ++alarms_;
  const std::string text =
      fmt::format("GradientWatchdog: {} at epoch {}, batch {}", what, event.epoch, event.index);
  if (!std::isfinite(norm_) && options_.abort_on_non_finite) throw NonFinite(text);
  if (options_.alarm == Alarm::abort) throw Error(text);
  if (options_.alarm == Alarm::stop) return event.session.request_stop(text);
  if (!std::exchange(warned_, true)) event.session.warn("gradient_watchdog.alarm", text);
}

void GradientWatchdog::save_state(CallbackState& state) const {
  put(state, "alarms", alarms_);
  put(state, "seen", seen_);
  put(state, "next", static_cast<std::int64_t>(next_));
  state.tensors["recent"] = recent_;
}

void GradientWatchdog::load_state(const CallbackState& state) {
  fresh_.restored();
  alarms_ = integer_in(state, "alarms");
  seen_ = integer_in(state, "seen");
  const auto recent = state.tensors.find("recent");
  const auto next = static_cast<std::size_t>(integer_in(state, "next"));
  const auto window = static_cast<std::size_t>(options_.window);
  if (recent == state.tensors.end() || recent->second.size() > window || next >= window) return;
  recent_.assign(recent->second.begin(), recent->second.end());
  next_ = next;
}

namespace callbacks {
namespace {

CallbackHandle read_gradient_watchdog(Params& params, const BuildContext&) {
  constexpr std::string_view kAlarms[] = {"warn", "stop", "abort"};
  GradientWatchdogOptions options;
  options.max_norm = params.maybe_number("max_norm", "alarm above this norm of all gradients");
  options.max_parameter_norm = params.maybe_number(
      "max_parameter_norm", "alarm above this norm of one parameter's gradient");
  options.max_growth =
      params.maybe_number("max_growth", "alarm above this many times the median of recent norms");
  options.window = params.integer("window", 50, "how many recent norms", {5, 1'000'000});
  options.alarm = static_cast<Alarm>(
      params.choice("alarm", kAlarms, 0, "warns, stops the training or fails the run"));
  options.abort_on_non_finite =
      params.flag("abort_on_non_finite", true, "fails the run for a gradient that is not finite");
  options.every = params.integer("every", 1, "looks at each n-th batch", {1, 1'000'000'000});
  try {
    return std::make_shared<GradientWatchdog>(options);
  } catch (const ValueError& error) {
    params.complain(error.what());
    return nullptr;
  }
}

}  // namespace

CallbackEntry gradient_watchdog() {
  return {"gradient_watchdog", "measures gradients and raises an alarm when they go wild",
          read_gradient_watchdog};
}

}  // namespace callbacks
}  // namespace trainwreck
