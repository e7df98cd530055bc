#include <cmath>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/schedules/schedules.h"

namespace trainwreck::schedules {
namespace {

class ExponentialDecay final : public Schedule {
 public:
  explicit ExponentialDecay(ExponentialDecayOptions options) : options_(options) {}

  float at(std::int64_t iteration) const override {
    double power = static_cast<double>(iteration) / static_cast<double>(options_.decay_steps);
    if (options_.staircase) power = std::floor(power);
    return static_cast<float>(options_.initial_learning_rate *
                              std::pow(options_.decay_rate, power));
  }

 private:
  ExponentialDecayOptions options_;
};

std::unique_ptr<Schedule> read_exponential_decay(Params& params, const BuildContext&) {
  ExponentialDecayOptions options;
  options.initial_learning_rate =
      params.need_number("initial_learning_rate", "the rate of step 0", {0.0});
  options.decay_steps = params.need_integer("decay_steps", "steps for one decay", {1});
  options.decay_rate = params.need_number("decay_rate", "what one decay multiplies by", {0.0});
  options.staircase = params.flag("staircase", false, "decays in jumps, not smoothly");
  return make_exponential_decay(options);
}

}  // namespace

std::unique_ptr<Schedule> make_exponential_decay(ExponentialDecayOptions options) {
  if (options.decay_steps < 1)
    throw ValueError("exponential_decay: decay_steps must be at least 1");
  return std::make_unique<ExponentialDecay>(options);
}

ScheduleEntry exponential_decay() {
  return {"exponential_decay", "multiplied by the same factor every so many steps",
          &read_exponential_decay};
}

}  // namespace trainwreck::schedules
