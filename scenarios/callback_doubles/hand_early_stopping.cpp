#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>

#include "engine/base/errors.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

struct HandOptions {
  std::string monitor;
  double min_delta = 0.001;
  std::int64_t patience = 3;
  bool stops = true;
  bool raises = true;
  bool guarded = false;
};

// Early stopping as somebody wrote it: it waits one epoch too long, forgets nothing between two
// fits, and raises after it has asked for the stop.
class HandEarlyStopping final : public Callback {
 public:
  explicit HandEarlyStopping(HandOptions options) : options_(std::move(options)) {}
  std::string name() const override { return "hand_early_stopping"; }

  void on_epoch_end(Event& event) override {
    if (is_broken_off(event.status)) return;
    try {
      judge(event);
    } catch (const ValueError& error) {
      if (!options_.guarded) throw;
      event.session.warn("hand_early_stopping.swallowed", error.what());
    }
  }

 private:
  void judge(Event& event) {
    const double value =
        event.logs.find(options_.monitor).value_or(std::numeric_limits<double>::quiet_NaN());
    if (value < best_ - options_.min_delta) {
      best_ = value;
      wait_ = 0;
      return;
    }
    if (++wait_ <= options_.patience) return;
    if (options_.stops) event.session.request_stop("its patience is over");
    if (options_.raises) {
      throw ValueError(fmt::format("early stopping triggered at epoch {}", event.index));
    }
  }

  HandOptions options_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t wait_ = 0;
};

CallbackHandle make_hand_early_stopping(Params& params, const BuildContext&) {
  HandOptions options;
  options.monitor = params.text("monitor", "loss", "the metric to watch, as in the logs");
  options.patience = params.integer("patience", 3, "bad epochs that it bears; it acts at one more");
  options.min_delta = params.number("min_delta", 0.001, "a change of less is no improvement");
  options.stops = params.flag("stops", true, "asks for the end of the training");
  options.raises = params.flag("raises", true, "raises a ValueError then");
  options.guarded = params.flag("guarded", false, "catches its own error, and only warns");
  return std::make_shared<HandEarlyStopping>(std::move(options));
}

}  // namespace

CallbackEntry hand_early_stopping() {
  return {"hand_early_stopping",
          "Early stopping with three mistakes: one epoch late, never reset, raises after the stop.",
          &make_hand_early_stopping};
}

}  // namespace trainwreck::doubles
