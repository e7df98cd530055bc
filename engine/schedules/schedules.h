#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "trainwreck/schedule.h"

// The built-in learning rate schedules for C++ callers: options with Keras's names and defaults.
// Options that make no sense (no steps, boundaries out of order) are a ValueError.
namespace trainwreck::schedules {

struct ExponentialDecayOptions {
  double initial_learning_rate = 0.01;
  std::int64_t decay_steps = 1;
  double decay_rate = 0.96;
  bool staircase = false;
};

struct CosineDecayOptions {
  double initial_learning_rate = 0.01;
  std::int64_t decay_steps = 1;
  double alpha = 0.0;                        // what is left at the end, as a share
  std::optional<double> warmup_target = {};  // nullopt: no warm-up
  std::int64_t warmup_steps = 0;
};

struct PiecewiseConstantOptions {
  std::vector<std::int64_t> boundaries = {};  // a value holds up to and with its boundary
  std::vector<double> values;                 // one more than boundaries
};

struct PolynomialDecayOptions {
  double initial_learning_rate = 0.01;
  std::int64_t decay_steps = 1;
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;
};

std::unique_ptr<Schedule> make_exponential_decay(ExponentialDecayOptions options);
std::unique_ptr<Schedule> make_cosine_decay(CosineDecayOptions options);
std::unique_ptr<Schedule> make_piecewise_constant(PiecewiseConstantOptions options);
std::unique_ptr<Schedule> make_polynomial_decay(PolynomialDecayOptions options);

}  // namespace trainwreck::schedules
