#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

class Params;

enum class Activation : std::uint8_t { linear, relu, softmax, sigmoid, tanh };

// Reads the choice under "activation".
Activation read_activation(Params& params);

// values = f(values), in place. Softmax runs over a row. A NaN stays a NaN in every one of them.
void activate(Activation activation, float* values, std::int64_t rows, std::int64_t width);

// From the gradient of the activation's output to that of its input, in place. `output` is what the
// activation gave.
void activation_gradient(Activation activation, const float* output, float* gradient,
                         std::int64_t rows, std::int64_t width);

}  // namespace trainwreck
