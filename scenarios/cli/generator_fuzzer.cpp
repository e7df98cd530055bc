#include "trainwreck/generator_fuzzer.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "engine/seams/executor.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/data_check.h"
#include "scenarios/process/called_as.h"

namespace trainwreck {
namespace {

// A script of more steps shows nothing more and takes its time.
constexpr std::size_t kMostBytes = 256;

SourceUnderCheck need_subject(const std::string& json, const Vocabulary& vocabulary,
                              const Seams& seams) {
  Diagnostics mistakes;
  SourceUnderCheck subject = read_subject(json, vocabulary, seams, mistakes);
  for (const Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{}: {} {}\n", json, mistake.pointer, mistake.message);
  }
  if (!mistakes.empty()) std::abort();
  return subject;
}

std::string need_json(const std::string& kind, const std::string& params) {
  Diagnostics mistakes;
  const std::string json = subject_json(kind, std::span(&params, 1), mistakes);
  for (const Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{} {}\n", mistake.pointer, mistake.message);
  }
  if (!mistakes.empty()) std::abort();
  return json;
}

std::string kind_in(const std::string& json) {
  Diagnostics none;
  Params params = Params::parse(json, none);
  return kind_of(params);
}

[[noreturn]] void tell(const ScriptFinding& found, const SourceUnderCheck& subject) {
  const std::string kind = kind_in(subject.json);
  const std::string path = fmt::format("{}-{}.json", kind, name_of(found.finding.broken.rule));
  std::ofstream(path, std::ios::binary) << scenario_of(found, subject.json, {});
  fmt::print(stderr, "{}", text_of(found, kind, called_as() + " run " + path));
  std::fflush(stderr);
  std::abort();
}

}  // namespace

GeneratorFuzzer::GeneratorFuzzer(const std::string& json, const Vocabulary& vocabulary,
                                 const Seams& seams)
    : GeneratorFuzzer(need_subject(json, vocabulary, seams)) {}

GeneratorFuzzer::GeneratorFuzzer(const std::string& kind, const std::string& params,
                                 const Vocabulary& vocabulary, const Seams& seams)
    : GeneratorFuzzer(need_json(kind, params), vocabulary, seams) {}

GeneratorFuzzer::GeneratorFuzzer(SourceUnderCheck subject)
    : subject_(std::make_unique<const SourceUnderCheck>(std::move(subject))),
      executor_(thread_executor()) {}

GeneratorFuzzer::~GeneratorFuzzer() = default;
GeneratorFuzzer::GeneratorFuzzer(GeneratorFuzzer&&) noexcept = default;
GeneratorFuzzer& GeneratorFuzzer::operator=(GeneratorFuzzer&&) noexcept = default;

void GeneratorFuzzer::run(std::string_view bytes) const {
  const std::string_view few = bytes.substr(0, kMostBytes);
  const std::vector<std::uint8_t> choices(few.begin(), few.end());
  const SourceScript script = decode_script(choices);
  const CheckPlan plan{.options = {.executor = executor_.get()}};
  ScriptResult result = run_script(subject_->make, script, plan.options);
  if (!result.finding) return;
  tell(shrink_finding(subject_->make, script, std::move(result), plan), *subject_);
}

}  // namespace trainwreck
