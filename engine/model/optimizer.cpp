
#include "trainwreck/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/errors.h"
#include "engine/model/optimizer_options.h"

namespace trainwreck {
namespace {

double sum_of_squares(std::span<const float> values) {
  double sums[4] = {};
  const std::size_t whole = values.size() - values.size() % 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const auto value = static_cast<double>(values[i + lane]);
      sums[lane] += value * value;
    }
  }
  for (std::size_t i = whole; i < values.size(); ++i) {
    sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Shortens to the limit what is longer. A norm that is not finite makes everything NaN, so that it
// is found instead of hidden.
void limit_norm(std::span<float> gradients, float limit) {
  const double norm = std::sqrt(sum_of_squares(gradients));
  if (norm <= static_cast<double>(limit)) return;
  const auto factor =
      std::isfinite(norm) ? static_cast<float>(static_cast<double>(limit) / norm) : std::nanf("");
  for (float& gradient : gradients) gradient *= factor;
}

}  // namespace

Optimizer::Optimizer(float learning_rate, Clipping clipping, std::unique_ptr<Schedule> schedule)
    : learning_rate_(learning_rate), clipping_(clipping), schedule_(std::move(schedule)) {
  check_clipping(clipping_);
}

void Optimizer::step(Parameters& parameters) {
  clip(parameters);
  update(parameters.values(), parameters.gradients(), learning_rate());
  ++iterations_;
}

float Optimizer::learning_rate() const {
  return schedule_ ? schedule_->at(iterations_) : learning_rate_;
}

void Optimizer::set_learning_rate(float rate) {
  if (schedule_) {
    throw TypeError("optimizer \"" + std::string(kind()) +
                    "\": its learning rate follows a schedule and cannot be set");
  }
  learning_rate_ = rate;
}

void Optimizer::clip(Parameters& parameters) const {
  if (clipping_.norm) {
    for (const ParameterInfo& info : parameters.infos()) {
      limit_norm(parameters.gradients_of(info), *clipping_.norm);
    }
  } else if (clipping_.global_norm) {
    limit_norm(parameters.gradients(), *clipping_.global_norm);
  } else if (clipping_.value) {
    const float limit = *clipping_.value;
    for (float& gradient : parameters.gradients()) {
      gradient = gradient < -limit ? -limit : (gradient > limit ? limit : gradient);
    }
  }
}

}  // namespace trainwreck
