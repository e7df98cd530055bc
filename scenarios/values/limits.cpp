#include "scenarios/values/limits.h"

#include <string>

#include "engine/base/errors.h"

namespace trainwreck::values {

void Budget::spend_steps(std::uint64_t count) {
  if (count > limits_.steps - steps_) {
    throw FormatError("takes more than " + std::to_string(limits_.steps) + " steps to read", 0);
  }
  steps_ += count;
}

void Budget::spend_bytes(std::uint64_t count) {
  if (count > bytes_left()) {
    throw FormatError("unpacks to more than " + std::to_string(limits_.unpacked_bytes) + " bytes",
                      0);
  }
  bytes_ += count;
  spend_steps(count / 64);
}

}  // namespace trainwreck::values
