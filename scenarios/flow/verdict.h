#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trainwreck/assertion.h"

namespace trainwreck {

enum class VerdictKind : std::uint8_t { held, failed, skipped, expected_failure, unreached, error };
std::string_view name_of(VerdictKind kind);

struct CheckedAssertion {
  std::string pointer;  // "/then/hardened/2"
  int line = 0;
  std::string kind;
  Finding finding;
  std::vector<std::string> context;  // the few trace lines around what it shows
};

// What a run came to, held against what its scenario says.
struct Verdict {
  VerdictKind kind = VerdictKind::held;
  std::string profile;
  std::vector<CheckedAssertion> assertions;
  std::vector<std::string> endings;  // how each call ended, where something did not hold
  std::vector<std::string> remarks;  // what a reader might take for granted and did not happen
  std::string note;  // why skipped, what was unreached, what went wrong in the harness
  double seconds = 0.0;
};

}  // namespace trainwreck
