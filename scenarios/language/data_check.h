#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/contract/check_data.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// A data source that is to be checked, as scenario files write it.
struct SourceUnderCheck {
  std::string json;  // {"kind": "csv", "path": "train.csv"}
  SourceFactory make;
};

// {"kind": KIND, ...} with parameters as a JSON object or as key=value, later ones last. A value
// that is no JSON is a text.
std::string subject_json(const std::string& kind, std::span<const std::string> params,
                         Diagnostics& mistakes);
// Builds the source once, so that every mistake is reported now; no `make` then. The seams and the
// vocabulary must outlive the subject.
SourceUnderCheck read_subject(const std::string& json, const Vocabulary& vocabulary,
                              const Seams& seams, Diagnostics& mistakes);

// {"do": "check_data", "script": [...], "without": [...]}.
DataCheck read_data_check(Params& params);
ScriptResult run_check(const DataCheck& check, const SourceFactory& make);

// A script in a file: a scenario that checks data, or the bytes that a fuzzer wrote.
struct ScriptFile {
  DataCheck check;
  std::string data;  // of a scenario: its source
};
ScriptFile read_script_file(std::string_view bytes, const std::string& path,
                            const Vocabulary& vocabulary, Diagnostics& mistakes);

// What was found, for people. `again` is the line that shows it once more.
std::string text_of(const ScriptFinding& found, std::string_view source, std::string_view again);
// The same as a scenario: it fails until the source keeps the rule.
std::string scenario_of(const ScriptFinding& found, const std::string& data,
                        const RuleSet& without);

}  // namespace trainwreck
