#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/errors.h"

namespace trainwreck::campaign {

struct WreckOptions {
  std::vector<std::string> command{};
  std::string folder{};  // where it saves; empty: what {dir} stands for
  std::chrono::milliseconds budget{600'000};
  std::vector<std::string> ignore{};  // GLOB or GLOB#PART
  double rtol = 0.0;
  std::string json{};  // a file for the results; empty: none
};

// What was asked for cannot be done; the message is one line.
struct UsageError : Error {
  using Error::Error;
};

// What the program ends with, as everywhere, and one more of its own.
enum WreckExit : int {
  kNothingFound = 0,
  kFoundCauses = 1,
  kCannotWreck = 2,
  kNotKnown = 3,          // the harness failed, or was interrupted, or cannot say
  kNothingToCompare = 4,  // undisturbed, it fails, saves nothing or leaves nothing to compare
};

// Asks what becomes of a training that is killed, loses its power or its disk at any moment, and is
// started again. Prints as it goes. Throws UsageError, outside::CannotWatch, IoError.
int wreck(const WreckOptions& options, const std::function<void(std::string_view)>& print);

}  // namespace trainwreck::campaign
