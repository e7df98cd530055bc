#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/schedules/schedules.h"

namespace trainwreck::schedules {
namespace {

class CosineDecay final : public Schedule {
 public:
  explicit CosineDecay(CosineDecayOptions options) : options_(options) {}

  float at(std::int64_t iteration) const override {
    if (!options_.warmup_target) {
      return static_cast<float>(decayed(options_.initial_learning_rate, iteration));
    }
    if (iteration < options_.warmup_steps) {
      const double done =
          static_cast<double>(iteration) / static_cast<double>(options_.warmup_steps);
      const double climb = *options_.warmup_target - options_.initial_learning_rate;
      return static_cast<float>(options_.initial_learning_rate + climb * done);
    }
    return static_cast<float>(decayed(*options_.warmup_target, iteration - options_.warmup_steps));
  }

 private:
  double decayed(double from, std::int64_t step) const {
    const double done = static_cast<double>(std::min(step, options_.decay_steps)) /
                        static_cast<double>(options_.decay_steps);
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    return from * ((1.0 - options_.alpha) * cosine + options_.alpha);
  }

  CosineDecayOptions options_;
};

std::unique_ptr<Schedule> read_cosine_decay(Params& params, const BuildContext&) {
  CosineDecayOptions options;
  options.initial_learning_rate =
      params.need_number("initial_learning_rate", "the rate of step 0", {0.0});
  options.decay_steps = params.need_integer("decay_steps", "steps from the top to the end", {1});
  options.alpha = params.number("alpha", 0.0, "what is left at the end, as a share", {0.0});
  options.warmup_target =
      params.maybe_number("warmup_target", "the rate that the warm-up climbs to", {0.0});
  options.warmup_steps = params.integer("warmup_steps", 0, "steps of the warm-up", {0});
  return make_cosine_decay(options);
}

}  // namespace

std::unique_ptr<Schedule> make_cosine_decay(CosineDecayOptions options) {
  if (options.decay_steps < 1) throw ValueError("cosine_decay: decay_steps must be at least 1");
  if (options.warmup_steps < 0) throw ValueError("cosine_decay: warmup_steps cannot be negative");
  return std::make_unique<CosineDecay>(options);
}

ScheduleEntry cosine_decay() {
  return {"cosine_decay", "down along half a cosine, after a linear warm-up where one is given",
          &read_cosine_decay};
}

}  // namespace trainwreck::schedules
