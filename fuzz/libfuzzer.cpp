// One of these programs for each target, which CMake names.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz/targets.h"

namespace {

const trainwreck::FuzzTarget& target() {
  const auto targets = trainwreck::fuzz_targets();
  const auto found = std::find_if(targets.begin(), targets.end(), [](const auto& one) {
    return one.name == TRAINWRECK_FUZZ_TARGET;
  });
  if (found == targets.end()) std::abort();
  return *found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const trainwreck::FuzzTarget& chosen = target();
  chosen.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
