#pragma once

#include <span>
#include <string>

#include "scenarios/judge/contract.h"

namespace trainwreck {

// One file that `trainwreck judge` has read: judged, or full of mistakes.
struct JudgedTrace {
  std::string path;
  TraceReading reading;
  ContractReport report;

  bool is_readable() const { return reading.mistakes.empty(); }
};

std::string_view name_of(Keeping keeping);
std::string judged_as_json(std::span<const JudgedTrace> traces);
// A suite for each file, a case for each clause: broken is a failure, unknown is skipped, a file
// that is no trace is an error.
std::string judged_as_junit(std::span<const JudgedTrace> traces);

}  // namespace trainwreck
