#include "engine/seams/seams.h"
#include "fuzz/targets.h"
#include "scenarios/flow/vocabulary.h"
#include "trainwreck/cli.h"
#include "trainwreck/generator_fuzzer.h"

namespace trainwreck::fuzz {
namespace {

constexpr std::string_view kSources[] = {
    R"({"kind": "arrays", "samples": 10, "features": 2, "batch_size": 3})",
    R"({"kind": "sequence", "samples": 10, "features": 2, "batch_size": 3})",
    R"({"kind": "synthetic", "samples": 10, "batch_size": 4})",
    R"({"kind": "generator", "batches": 3})",
    R"({"kind": "concatenate", "sources": [
        {"kind": "arrays", "samples": 5, "features": 1, "batch_size": 2},
        {"kind": "arrays", "samples": 3, "features": 1, "batch_size": 2}]})",
    R"({"kind": "interleave", "sources": [
        {"kind": "sequence", "samples": 5, "features": 1, "batch_size": 2},
        {"kind": "sequence", "samples": 3, "features": 1, "batch_size": 2}]})",
    R"({"kind": "zip", "sources": [
        {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 2},
        {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 2}]})"};

std::vector<GeneratorFuzzer> fuzzers() {
  static RealWorld world;
  static const Seams seams = world.seams();
  static const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<GeneratorFuzzer> all;
  for (const std::string_view json : kSources) {
    all.emplace_back(std::string(json), vocabulary, seams);
  }
  return all;
}

}  // namespace

FuzzTarget check_data() {
  return {"check_data", "Our own data sources keep the data contract under any script.",
          [](std::string_view bytes) {
            if (bytes.empty()) return;
            static const std::vector<GeneratorFuzzer> all = fuzzers();
            all[static_cast<unsigned char>(bytes.front()) % all.size()].run(bytes.substr(1));
          }};
}

}  // namespace trainwreck::fuzz
