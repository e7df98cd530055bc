#pragma once

#include <memory>
#include <optional>

#include "trainwreck/optimizer.h"

// The built-in optimizers for C++ callers: options with Keras's names and defaults. At most one of
// the three clippings may be given (ValueError otherwise). A schedule, where given, takes the place
// of the learning rate.
namespace trainwreck::optimizers {

struct SgdOptions {
  float learning_rate = 0.01F;
  float momentum = 0.0F;
  bool nesterov = false;
  Clipping clipping = {};
  std::unique_ptr<Schedule> schedule = nullptr;
};

struct AdamOptions {
  float learning_rate = 0.001F;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  float epsilon = 1e-7F;
  bool amsgrad = false;
  Clipping clipping = {};
  std::unique_ptr<Schedule> schedule = nullptr;
};

struct RmspropOptions {
  float learning_rate = 0.001F;
  double rho = 0.9;
  float momentum = 0.0F;
  float epsilon = 1e-7F;
  bool centered = false;
  Clipping clipping = {};
  std::unique_ptr<Schedule> schedule = nullptr;
};

std::unique_ptr<Optimizer> make_sgd(SgdOptions options = {});
std::unique_ptr<Optimizer> make_adam(AdamOptions options = {});
std::unique_ptr<Optimizer> make_rmsprop(RmspropOptions options = {});

}  // namespace trainwreck::optimizers
