#include <trainwreck/callback.h>
#include <trainwreck/session.h>

namespace shop::callbacks {
namespace {

// Ends training once the loss was too high in several epochs, those before a restart included.
class LossCeiling final : public trainwreck::Callback {
 public:
  LossCeiling(double ceiling, std::int64_t patience) : ceiling_(ceiling), patience_(patience) {}
  std::string name() const override { return "loss_ceiling"; }

  // The same object may serve a second fit.
  void set_session(trainwreck::Session&) override { too_high_ = 0; }

  void on_epoch_end(trainwreck::Event& event) override {
    // A failed epoch ends, too: an end is no proof of success.
    if (trainwreck::is_broken_off(event.status)) return;
    const std::optional<double> loss = event.logs.find("loss");
    if (!loss) {
      event.session.warn("loss_ceiling.no_loss", "loss_ceiling: the logs have no loss");
      return;
    }
    const bool fine = *loss <= ceiling_;  // so that NaN is not
    if (!fine) ++too_high_;
    if (too_high_ >= patience_) event.session.request_stop("the loss stays above its ceiling");
  }

  // A backup keeps this, and hands it to the process that takes the run up.
  void save_state(trainwreck::CallbackState& state) const override {
    state.numbers["too_high"] = static_cast<double>(too_high_);
  }
  void load_state(const trainwreck::CallbackState& state) override {
    const auto saved = state.numbers.find("too_high");
    if (saved != state.numbers.end()) too_high_ = static_cast<std::int64_t>(saved->second);
  }

 private:
  double ceiling_;
  std::int64_t patience_;
  std::int64_t too_high_ = 0;
};

}  // namespace

trainwreck::CallbackEntry loss_ceiling() {
  return {.name = "loss_ceiling",
          .help = "Ends training once the loss was too high in several epochs.",
          .make = [](trainwreck::Params& params, const trainwreck::BuildContext&) {
            const double ceiling = params.need_number("ceiling", "what the loss has to stay below");
            const std::int64_t patience =
                params.integer("patience", 1, "in so many epochs", {.low = 1});
            return trainwreck::CallbackHandle(std::make_shared<LossCeiling>(ceiling, patience));
          }};
}

}  // namespace shop::callbacks
