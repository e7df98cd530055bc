// libFuzzer on a planted bug: TRAINWRECK_PLANTED names its rule; with TRAINWRECK_SOUND its twin.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "scenarios/language/data_check.h"
#include "tests/fuzz/planted.h"
#include "trainwreck/generator_fuzzer.h"

namespace {

trainwreck::GeneratorFuzzer chosen() {
  const char* rule = std::getenv("TRAINWRECK_PLANTED");
  for (const trainwreck::testing::Planted& one : trainwreck::testing::planted()) {
    if (rule == nullptr || name_of(one.rule) != rule) continue;
    return trainwreck::GeneratorFuzzer(
        {.json = R"({"kind": "planted"})",
         .make = std::getenv("TRAINWRECK_SOUND") != nullptr ? one.sound() : one.bugged()});
  }
  std::fputs("TRAINWRECK_PLANTED names no rule\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const trainwreck::GeneratorFuzzer fuzzer = chosen();
  fuzzer.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
