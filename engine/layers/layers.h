#pragma once

#include <cstdint>
#include <memory>

#include "engine/model/activations.h"
#include "engine/model/initialiser.h"
#include "engine/model/layer.h"

// The built-in layers for C++ callers: options with Keras's names and defaults. An initialiser left
// null is Keras's default.
namespace trainwreck::layers {

struct DenseOptions {
  std::int64_t units = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;
  std::unique_ptr<Initialiser> kernel_initializer = nullptr;  // glorot_uniform
  std::unique_ptr<Initialiser> bias_initializer = nullptr;    // zeros
  float l2 = 0.0F;                                            // of the kernel
};

struct ActivationOptions {
  Activation activation = Activation::linear;
};

std::unique_ptr<Layer> make_dense(DenseOptions options);
std::unique_ptr<Layer> make_activation(ActivationOptions options);

}  // namespace trainwreck::layers
