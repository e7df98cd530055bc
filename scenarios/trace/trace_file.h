#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "engine/base/params.h"
#include "faults/inject/trace.h"

namespace trainwreck {

// A trace as JSON Lines, the format of docs/trace.md: a header, then one event per line.
std::string write_trace(const Trace& trace);

// Reads what any engine wrote. Every bad line is reported with its number, up to a bound, and left
// out; so is a gap in `seq`, and a name that does not exist. Lines and their number are bounded,
// too.
Trace read_trace(std::string_view text, Diagnostics& mistakes);

// How a process of a trace ended, as whoever watched it says in an "ending" line.
struct TracedEnding {
  bool by_itself = false;  // else somebody killed it
  std::string text;        // "exited with 1", "was killed by signal 9"
};

// A file of which the writer may have died: a last line that breaks off is only remarked upon.
struct TraceReading {
  Trace trace;
  Diagnostics mistakes;
  Diagnostics remarks;
  std::map<std::int32_t, TracedEnding> endings;  // by `run`
};
TraceReading read_trace_file(std::string_view text);

// Everything that an engine can declare to tell. Ours tells all of it, the last three if asked.
const std::set<std::string>& trace_fields();

}  // namespace trainwreck
