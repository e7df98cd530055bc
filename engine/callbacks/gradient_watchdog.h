#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/callbacks/fresh_start.h"
#include "trainwreck/callback.h"

namespace trainwreck {

// What an alarm does.
enum class Alarm : std::uint8_t { warn, stop, abort };

struct GradientWatchdogOptions {
  std::optional<double> max_norm = {};            // of all gradients together
  std::optional<double> max_parameter_norm = {};  // of any one parameter's
  // A norm above this many times the median of the last `window` ones.
  std::optional<double> max_growth = {};
  std::int64_t window = 50;
  Alarm alarm = Alarm::warn;
  bool abort_on_non_finite = true;  // whatever the alarm is
  std::int64_t every = 1;           // looks at each n-th batch
};

// Measures the gradients of every step, after the optimizer clipped them, and raises an alarm when
// they are too large, grow suddenly or are not finite. The first alarm of an epoch is a warning
// ("gradient_watchdog.alarm"); all are counted.
class GradientWatchdog final : public Callback {
 public:
  // Throws ValueError for limits that are no positive numbers.
  explicit GradientWatchdog(GradientWatchdogOptions options = {});

  std::string name() const override { return "gradient_watchdog"; }
  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_epoch_begin(Event& event) override;
  void on_train_batch_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

  // Of the latest batch that it looked at.
  double norm() const { return norm_; }
  // One per parameter, in the model's order.
  std::span<const double> parameter_norms() const { return parameter_norms_; }
  std::int64_t alarms() const { return alarms_; }

 private:
  void measure(const Event& event);
  void judge(Event& event);
  double median();
  void remember();
  void raise(Event& event, const std::string& what);

  GradientWatchdogOptions options_;
  FreshStart fresh_;
  double norm_ = 0.0;
  std::vector<double> parameter_norms_;
  std::vector<float> recent_;  // a ring, the oldest at next_ once it is full
  std::vector<float> sorted_;
  std::size_t next_ = 0;
  std::int64_t alarms_ = 0;
  std::int64_t seen_ = 0;
  bool warned_ = false;  // in this epoch
};

}  // namespace trainwreck
