#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/tensor.h"
#include "faults/inject/address.h"

namespace trainwreck {

// Weights (and slots) at an instant, kept where an assertion asks for it.
struct WeightsAt {
  Instant at;
  std::vector<float> weights{};
  std::vector<std::vector<float>> slots{};
  std::int64_t iterations = 0;
};

// What a committed step left of weights and slots.
struct StepTaken {
  std::int64_t call = 0;                   // of the story, its restarts passed over
  std::int64_t iterations = 0;             // steps committed by then, as the optimizer counts them
  std::vector<std::uint32_t> checksums{};  // of the weights, then of each slot
  std::vector<std::string> slots{};        // their names
  WeightsAt state{};                       // where it was; the numbers of one step alone
};

// The first step after which two runs of a story had other weights or slots than each other.
struct Parting {
  StepTaken here;
  StepTaken there;
};

// One tensor of a model's weights.
struct ParameterShape {
  std::string name;
  Shape shape{};

  friend bool operator==(const ParameterShape&, const ParameterShape&) = default;
};

}  // namespace trainwreck
