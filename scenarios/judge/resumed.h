#pragma once

#include <algorithm>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck {

// Whether a call went on from a backup.
inline bool is_resumed(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    const TraceEvent& event = line->event;
    if (event.kind != TraceKind::checkpoint) return false;
    const bool is_backup = event.detail == "backup" || event.detail == "emergency";
    return event.what == "resume" || (event.what == "load" && is_backup);
  });
}

inline std::vector<const CallSpan*> resumed_calls(const JudgedRun& subject) {
  std::vector<const CallSpan*> resumed;
  for (const CallSpan& call : subject.calls) {
    if (is_resumed(call)) resumed.push_back(&call);
  }
  return resumed;
}

// What a call of the trace came to; null where the outcome knows of no such call.
inline const CallOutcome* outcome_of(const CallSpan& call, const Outcome& outcome) {
  if (call.lines.empty()) return nullptr;
  const TraceLine& first = *call.lines.front();
  for (const CallOutcome& one : outcome.calls) {
    if (one.began.run == first.run && one.began.fit == first.fit) return &one;
  }
  return nullptr;
}

// Its place among the calls of the outcome.
inline std::size_t index_of(const CallOutcome& call, const Outcome& outcome) {
  return static_cast<std::size_t>(&call - outcome.calls.data());
}

}  // namespace trainwreck
