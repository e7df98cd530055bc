#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "engine/base/random.h"

namespace trainwreck::initialisers {

// Normal values with this deviation after those beyond two deviations were drawn again.
inline void fill_truncated_normal(std::span<float> values, double deviation, const Random& random) {
  // What cutting off leaves of a deviation of 1.
  constexpr double kLeft = 0.87962566103423978;
  constexpr std::uint64_t kNextDraw = std::uint64_t{1} << 40;
  const auto scale = static_cast<float>(deviation / kLeft);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint64_t index = i;
    float value = random.normal(index);
    while (std::abs(value) > 2.0F) value = random.normal(index += kNextDraw);
    values[i] = scale * value;
  }
}

}  // namespace trainwreck::initialisers
