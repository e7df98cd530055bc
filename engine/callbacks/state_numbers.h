#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "trainwreck/callback.h"

namespace trainwreck {

// A callback's state keeps every number as a double; counters are far below 2^53.
inline void put(CallbackState& state, const std::string& key, std::int64_t value) {
  state.numbers[key] = static_cast<double>(value);
}

inline std::optional<double> number_in(const CallbackState& state, const std::string& key) {
  const auto found = state.numbers.find(key);
  if (found == state.numbers.end()) return std::nullopt;
  return found->second;
}

// 0 where there is none, or none that fits.
inline std::int64_t integer_in(const CallbackState& state, const std::string& key) {
  const double value = number_in(state, key).value_or(0.0);
  constexpr double kExact = 9007199254740992.0;
  return value > -kExact && value < kExact ? static_cast<std::int64_t>(value) : 0;
}

}  // namespace trainwreck
