#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

class Params;

enum class Activation : std::uint8_t { linear, relu, softmax, sigmoid, tanh };

// Reads the choice under "activation".
Activation read_activation(Params& params);

// values = f(values + bias), row by row and in place; bias (one number per column) may be null.
// Softmax runs over a row. A NaN stays a NaN in every one of them.
void add_bias_and_activate(Activation activation, const float* bias, float* values,
                           std::int64_t rows, std::int64_t width);

// From the gradient of the activation's output to that of its input, in place. `output` is what the
// activation gave.
void activation_gradient(Activation activation, const float* output, float* gradient,
                         std::int64_t rows, std::int64_t width);

}  // namespace trainwreck
