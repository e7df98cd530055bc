#pragma once

#include <array>
#include <string_view>

#include "scenarios/flow/outcome.h"

namespace trainwreck {

// What the faults of a story came to, seen from outside.
//   no effect          everything is as without them
//   recovered          something was told, and everything is as without them
//   detected           something was told, and something is not as without them
//   silent corruption  something is not as without them, and nobody was told
//   swallowed death    the process died, and somebody went on as if it had not
//   crashed            the process died, and its successor (if any) did not get there either
//   hung               nobody could go on
//   unreached          a planned fault never struck
inline constexpr std::array<std::string_view, 8> kOutcomeClasses{
    "no effect",       "recovered", "detected", "silent corruption",
    "swallowed death", "crashed",   "hung",     "unreached"};

// Needs the outcome's twin; without one nothing counts as being like without the faults.
std::string_view class_of(const Outcome& outcome);

}  // namespace trainwreck
