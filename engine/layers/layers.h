#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/kernels/activations.h"
#include "trainwreck/initialiser.h"
#include "trainwreck/layer.h"

// The built-in layers for C++ callers: options with Keras's names and defaults. An initialiser left
// null is the one named beside it. Sizes that make no sense are a ValueError.
namespace trainwreck::layers {

struct DenseOptions {
  std::int64_t units = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;
  std::unique_ptr<Initialiser> kernel_initializer = nullptr;  // glorot_uniform
  std::unique_ptr<Initialiser> bias_initializer = nullptr;    // zeros
  float l2 = 0.0F;                                            // of the kernel
};

enum class Padding : std::uint8_t { valid, same };

// Images are (rows, height, width, channels).
struct Conv2dOptions {
  std::int64_t filters = 1;
  std::array<std::int64_t, 2> kernel_size = {3, 3};  // height, width
  std::array<std::int64_t, 2> strides = {1, 1};
  Padding padding = Padding::valid;
  Activation activation = Activation::linear;
  bool use_bias = true;
  std::unique_ptr<Initialiser> kernel_initializer = nullptr;  // glorot_uniform
  std::unique_ptr<Initialiser> bias_initializer = nullptr;    // zeros
  float l2 = 0.0F;                                            // of the kernel
};

// Sequences are (rows, time, features); time may be unknown and vary from batch to batch.
struct LstmOptions {
  std::int64_t units = 1;
  bool return_sequences = false;
  bool unit_forget_bias = true;                                  // forget gates start at 1
  std::unique_ptr<Initialiser> kernel_initializer = nullptr;     // glorot_uniform
  std::unique_ptr<Initialiser> recurrent_initializer = nullptr;  // orthogonal
  float l2 = 0.0F;                                               // of both kernels
};

struct DropoutOptions {
  float rate = 0.5F;
};

struct ActivationOptions {
  Activation activation = Activation::linear;
};

std::unique_ptr<Layer> make_dense(DenseOptions options);
std::unique_ptr<Layer> make_conv2d(Conv2dOptions options);
std::unique_ptr<Layer> make_flatten();
std::unique_ptr<Layer> make_lstm(LstmOptions options);
std::unique_ptr<Layer> make_dropout(DropoutOptions options);
std::unique_ptr<Layer> make_activation(ActivationOptions options);

}  // namespace trainwreck::layers
