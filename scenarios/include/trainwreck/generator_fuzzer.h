#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/seams/seams.h"

namespace trainwreck {

class Executor;
struct SourceUnderCheck;
struct Vocabulary;

// Holds the data contract against one source while scripts made of a fuzzer's bytes are done with
// it. trainwreck_add_generator_fuzzer() makes a program around one of these.
class GeneratorFuzzer {
 public:
  // A source as scenario files write it; mistakes in it are told and abort. The vocabulary and the
  // seams must outlive the fuzzer.
  GeneratorFuzzer(const std::string& json, const Vocabulary& vocabulary, const Seams& seams);
  // The same from a kind and its parameters, a JSON object.
  GeneratorFuzzer(const std::string& kind, const std::string& params, const Vocabulary& vocabulary,
                  const Seams& seams);
  explicit GeneratorFuzzer(SourceUnderCheck subject);
  ~GeneratorFuzzer();
  GeneratorFuzzer(GeneratorFuzzer&&) noexcept;
  GeneratorFuzzer& operator=(GeneratorFuzzer&&) noexcept;

  // Returns when nothing is broken. Else prints the shrunk script, writes it to a scenario file
  // beside the fuzzer's own, and aborts, which is how a fuzzer learns of a finding. One thread at a
  // time; any bytes will do.
  void run(std::string_view bytes) const;

 private:
  std::unique_ptr<const SourceUnderCheck> subject_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace trainwreck
