#include "engine/callbacks/early_stopping.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/callbacks/state_numbers.h"
#include "engine/seams/memory_budget.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)), monitor_("EarlyStopping", options_.monitor) {}

void EarlyStopping::set_session(Session& session) {
  fresh_.handed_over();
  monitor_.start(session);
}

void EarlyStopping::on_train_begin(Event& event) {
  if (fresh_.begin()) {
    wait_ = best_epoch_ = stopped_epoch_ = 0;
    best_.reset();
    best_weights_.clear();
  }
  monitor_.check_name(event.session);
}

void EarlyStopping::on_epoch_end(Event& event) {
  if (is_broken_off(event.status)) return;
  monitor_.resolve(event.session);
  const std::optional<double> value = monitor_.value(event.session, event.logs);
  if (!value || event.index < options_.start_from_epoch) return;
  ++wait_;
  const bool improved = monitor_.improves(*value, best_);
  if (improved) {
    if (options_.restore_best_weights) keep_weights(event);
    best_ = value;
    best_epoch_ = event.index;
    if (is_progress(*value)) wait_ = 0;
    const BelowBaseline below = event.session.policy().monitor.below_baseline;
    if (wait_ == 0 || below == BelowBaseline::never_stops_while_improving) return;
  }
  if (wait_ >= options_.patience && event.index > 0) stop(event);
}

// A new best below the baseline is no progress.
bool EarlyStopping::is_progress(double value) const {
  return !options_.baseline || monitor_.improves(value, options_.baseline);
}

void EarlyStopping::keep_weights(Event& event) {
  const Parameters& parameters = event.session.model().parameters();
  const Reservation copy(event.session.seams().memory, MemoryPurpose::snapshot, parameters.bytes());
  best_weights_.assign(parameters.values().begin(), parameters.values().end());
}

void EarlyStopping::stop(Event& event) {
  stopped_epoch_ = event.index;
  event.session.request_stop(
      fmt::format("{} has not improved for {} epochs; best was {} in epoch {}", monitor_.metric(),
                  wait_, best_ ? number_text(*best_) : "none", best_epoch_));
}

void EarlyStopping::on_train_end(Event& event) {
  if (is_broken_off(event.status) || best_weights_.empty()) return;
  Parameters& parameters = event.session.model().parameters();
  if (static_cast<std::int64_t>(best_weights_.size()) != parameters.size()) {
    throw StateError(fmt::format("EarlyStopping: the best weights are {} numbers, the model has {}",
                                 best_weights_.size(), parameters.size()));
  }
  std::copy(best_weights_.begin(), best_weights_.end(), parameters.values().begin());
  if (options_.verbose > 0) {
    event.session.warn("early_stopping.restored",
                       fmt::format("EarlyStopping: back to the weights of epoch {}", best_epoch_));
  }
}

void EarlyStopping::save_state(CallbackState& state) const {
  put(state, "wait", wait_);
  put(state, "best_epoch", best_epoch_);
  put(state, "stopped_epoch", stopped_epoch_);
  if (best_) state.numbers["best"] = *best_;
  if (!best_weights_.empty()) state.tensors["best_weights"] = best_weights_;
}

void EarlyStopping::load_state(const CallbackState& state) {
  fresh_.restored();
  wait_ = integer_in(state, "wait");
  best_epoch_ = integer_in(state, "best_epoch");
  stopped_epoch_ = integer_in(state, "stopped_epoch");
  best_ = number_in(state, "best");
  const auto weights = state.tensors.find("best_weights");
  best_weights_ = weights == state.tensors.end() ? std::vector<float>() : weights->second;
}

namespace callbacks {
namespace {

CallbackHandle read_early_stopping(Params& params, const BuildContext&) {
  EarlyStoppingOptions options;
  options.monitor = read_monitor_with_delta(params, {});
  options.patience = params.integer("patience", 0, "epochs without improvement before the stop");
  options.verbose =
      static_cast<int>(params.integer("verbose", 0, "1: says what it restores", {0, 1}));
  options.baseline = params.maybe_number("baseline", "a value that must be beaten, too");
  options.restore_best_weights =
      params.flag("restore_best_weights", false, "ends with the weights of the best epoch");
  options.start_from_epoch =
      params.integer("start_from_epoch", 0, "epochs before this one are ignored");
  return std::make_shared<EarlyStopping>(std::move(options));
}

}  // namespace

CallbackEntry early_stopping() {
  return {"early_stopping", "stops when a metric no longer improves", read_early_stopping};
}

}  // namespace callbacks
}  // namespace trainwreck
