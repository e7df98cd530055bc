#include "engine/callbacks/reduce_lr_on_plateau.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/callbacks/state_numbers.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

std::string factor_complaint(double factor) {
  return fmt::format("ReduceLROnPlateau: a factor must be below 1, got {}", number_text(factor));
}

}  // namespace

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)), monitor_("ReduceLROnPlateau", options_.monitor) {
  if (options_.factor >= 1.0) throw ValueError(factor_complaint(options_.factor));
}

void ReduceLROnPlateau::set_session(Session& session) {
  fresh_.handed_over();
  monitor_.start(session);
}

void ReduceLROnPlateau::on_train_begin(Event& event) {
  if (fresh_.begin()) {
    wait_ = cooldown_left_ = 0;
    best_.reset();
  }
  monitor_.check_name(event.session);
}

void ReduceLROnPlateau::on_epoch_end(Event& event) {
  if (is_broken_off(event.status)) return;
  monitor_.resolve(event.session);
  event.logs.set("learning_rate",
                 static_cast<double>(event.session.model().optimizer().learning_rate()));
  const std::optional<double> value = monitor_.value(event.session, event.logs);
  if (!value) return;
  const bool resting = rest(event.session.policy().monitor.cooldown);
  if (monitor_.improves(*value, best_)) {
    best_ = value;
    wait_ = 0;
  } else if (!resting && ++wait_ >= options_.patience) {
    reduce(event);
  }
}

// Keras looks at the counter after taking this epoch off it, so the last one already counts again.
bool ReduceLROnPlateau::rest(Cooldown choice) {
  if (cooldown_left_ <= 0) return false;
  --cooldown_left_;
  wait_ = 0;
  return choice == Cooldown::as_named || cooldown_left_ > 0;
}

void ReduceLROnPlateau::reduce(Event& event) {
  Optimizer& optimizer = event.session.model().optimizer();
  const float old_rate = optimizer.learning_rate();
  if (!(old_rate > static_cast<float>(options_.min_lr))) return;
  double rate = static_cast<double>(old_rate) * options_.factor;
  if (options_.min_lr > rate) rate = options_.min_lr;
  optimizer.set_learning_rate(static_cast<float>(rate));
  cooldown_left_ = options_.cooldown;
  wait_ = 0;
  if (options_.verbose > 0) {
    event.session.warn("reduce_lr_on_plateau.reduced",
                       fmt::format("ReduceLROnPlateau: learning rate {} after epoch {}",
                                   number_text(rate), event.index));
  }
}

void ReduceLROnPlateau::save_state(CallbackState& state) const {
  put(state, "wait", wait_);
  put(state, "cooldown_left", cooldown_left_);
  if (best_) state.numbers["best"] = *best_;
}

void ReduceLROnPlateau::load_state(const CallbackState& state) {
  fresh_.restored();
  wait_ = integer_in(state, "wait");
  cooldown_left_ = integer_in(state, "cooldown_left");
  best_ = number_in(state, "best");
}

namespace callbacks {
namespace {

CallbackHandle read_reduce_lr_on_plateau(Params& params, const BuildContext&) {
  ReduceLROnPlateauOptions options;
  options.monitor = read_monitor_with_delta(params, options.monitor);
  options.factor =
      params.number("factor", options.factor, "the new rate is the old one times this");
  options.patience =
      params.integer("patience", options.patience, "epochs without improvement before a reduction");
  options.verbose =
      static_cast<int>(params.integer("verbose", 0, "1: says when it reduces", {0, 1}));
  options.cooldown =
      params.integer("cooldown", 0, "epochs after a reduction in which nothing counts");
  options.min_lr = params.number("min_lr", 0.0, "no rate below this");
  if (options.factor >= 1.0) {
    params.complain("factor", factor_complaint(options.factor));
    return nullptr;
  }
  return std::make_shared<ReduceLROnPlateau>(std::move(options));
}

}  // namespace

CallbackEntry reduce_lr_on_plateau() {
  return {"reduce_lr_on_plateau", "lowers the learning rate when a metric no longer improves",
          read_reduce_lr_on_plateau};
}

}  // namespace callbacks
}  // namespace trainwreck
