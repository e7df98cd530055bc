// One of these programs for each target, which CMake names.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.h"
#include "trainwreck/cli.h"

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

// A finding of the data contract is a scenario file: `PROGRAM run FILE` runs it.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc > 1 && std::string_view((*argv)[1]) == "run") {
    std::exit(trainwreck::run_command_line(*argc, *argv, trainwreck::builtin_vocabulary()));
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const trainwreck::FuzzTarget& chosen = target();
  chosen.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
