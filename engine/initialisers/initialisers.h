#pragma once

#include <memory>

#include "trainwreck/initialiser.h"

// The built-in initialisers for C++ callers: options with Keras's names and defaults.
namespace trainwreck::initialisers {

struct ConstantOptions {
  float value = 0.0F;
};
struct RandomUniformOptions {
  float minval = -0.05F;
  float maxval = 0.05F;
};
struct RandomNormalOptions {
  float mean = 0.0F;
  float stddev = 0.05F;
};
struct OrthogonalOptions {
  float gain = 1.0F;
};

std::unique_ptr<Initialiser> make_zeros();
std::unique_ptr<Initialiser> make_ones();
std::unique_ptr<Initialiser> make_constant(ConstantOptions options);
std::unique_ptr<Initialiser> make_random_uniform(RandomUniformOptions options = {});
std::unique_ptr<Initialiser> make_random_normal(RandomNormalOptions options = {});
std::unique_ptr<Initialiser> make_glorot_uniform();
std::unique_ptr<Initialiser> make_glorot_normal();
std::unique_ptr<Initialiser> make_he_uniform();
std::unique_ptr<Initialiser> make_he_normal();
std::unique_ptr<Initialiser> make_orthogonal(OrthogonalOptions options = {});

}  // namespace trainwreck::initialisers
