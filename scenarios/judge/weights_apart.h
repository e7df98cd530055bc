#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/flow/outcome.h"

namespace trainwreck {

// Where weights first differ from those that were wanted, and how many do: "dense/kernel[0, 1] is
// 0.5 instead of 0.25, and 2 more of 3". Empty where they are the same, bit by bit.
std::string weights_apart(const std::vector<float>& here, const std::vector<float>& wanted,
                          const std::vector<ParameterShape>& parameters);

// "; the first step after epoch 0 was epoch 1, batch 0": what is the first that can have changed
// the weights of an instant of this call. Empty where none followed.
std::string first_step_after(const Outcome& outcome, const CallOutcome& call,
                             const Instant& instant);

// The same of the weights after a call and after a call of its twin; and after which step the two
// runs first parted, with the numbers there.
std::string calls_apart(const Outcome& outcome, std::size_t call, std::size_t twin_call);

}  // namespace trainwreck
