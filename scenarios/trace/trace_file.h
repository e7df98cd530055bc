#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/base/params.h"
#include "faults/inject/trace.h"

namespace trainwreck {

// A trace as JSON Lines, the format of docs/trace.md: a header, then one event per line.
std::string write_trace(const Trace& trace);

// Reads what any engine wrote. Every bad line is reported with its number, up to a bound, and left
// out; so is a gap in `seq`. Lines and their number are bounded, too.
Trace read_trace(std::string_view text, Diagnostics& mistakes);

// Everything that an engine can declare to tell. Ours tells all of it, the last three if asked.
const std::set<std::string>& trace_fields();

}  // namespace trainwreck
