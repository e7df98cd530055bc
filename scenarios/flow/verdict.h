#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trainwreck/assertion.h"

namespace trainwreck {

enum class VerdictKind : std::uint8_t { held, failed, skipped, expected_failure, unreached, error };
std::string_view name_of(VerdictKind kind);

// Why a process that made a run has no verdict of its own.
enum class Breakdown : std::uint8_t { none, crashed, hung, vanished };
std::string_view name_of(Breakdown breakdown);

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
  // What is left of runs that did not come back, where something did not hold.
  std::vector<std::string> last_events;
  std::vector<std::string> stack;
  Breakdown breakdown = Breakdown::none;
  std::string printed;  // on stdout and stderr, by a run in a process of its own; not all of it
  std::string note;     // why skipped, what was unreached, what went wrong in the harness
  double seconds = 0.0;
};

}  // namespace trainwreck
