#include <algorithm>
#include <cmath>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/schedules/schedules.h"

namespace trainwreck::schedules {
namespace {

class PolynomialDecay final : public Schedule {
 public:
  explicit PolynomialDecay(PolynomialDecayOptions options) : options_(options) {}

  float at(std::int64_t iteration) const override {
    auto step = static_cast<double>(iteration);
    auto steps = static_cast<double>(options_.decay_steps);
    if (options_.cycle) {
      steps *= std::max(1.0, std::ceil(step / steps));
    } else {
      step = std::min(step, steps);
    }
    const double span = options_.initial_learning_rate - options_.end_learning_rate;
    return static_cast<float>(span * std::pow(1.0 - step / steps, options_.power) +
                              options_.end_learning_rate);
  }

 private:
  PolynomialDecayOptions options_;
};

std::unique_ptr<Schedule> read_polynomial_decay(Params& params, const BuildContext&) {
  PolynomialDecayOptions options;
  options.initial_learning_rate =
      params.need_number("initial_learning_rate", "the rate of step 0", {0.0});
  options.decay_steps = params.need_integer("decay_steps", "steps to the end", {1});
  options.end_learning_rate =
      params.number("end_learning_rate", options.end_learning_rate, "the last rate", {0.0});
  options.power = params.number("power", options.power, "1 is a straight line", {0.0});
  options.cycle = params.flag("cycle", false, "starts again, longer each time, instead of ending");
  return make_polynomial_decay(options);
}

}  // namespace

std::unique_ptr<Schedule> make_polynomial_decay(PolynomialDecayOptions options) {
  if (options.decay_steps < 1) throw ValueError("polynomial_decay: decay_steps must be at least 1");
  return std::make_unique<PolynomialDecay>(options);
}

ScheduleEntry polynomial_decay() {
  return {"polynomial_decay", "down to an end rate along a power of the steps left",
          &read_polynomial_decay};
}

}  // namespace trainwreck::schedules
