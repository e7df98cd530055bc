#pragma once

#include <algorithm>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck {

// Whether the run goes on from what was read here.
inline bool takes_up(const traced::Save& save) {
  const bool is_backup = save.note == "backup" || save.note == "emergency";
  return save.action == traced::Saving::resume ||
         (save.action == traced::Saving::load && is_backup);
}

// The last line of a call in which somebody was told of trouble: all trouble before it may be
// accounted for. -1 where nobody was.
inline std::int64_t last_told(const CallSpan& call) {
  for (auto line = call.lines.rbegin(); line != call.lines.rend(); ++line) {
    if (is<traced::Policy>(**line) || is<traced::Warning>(**line)) return (*line)->seq;
  }
  return -1;
}

// Whether a call went on from a backup.
inline bool is_resumed(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    const auto save = as<traced::Save>(*line);
    return save && takes_up(*save);
  });
}

// The epoch in which a resumed call goes on: all its batches may be done already. Null where
// nothing was taken up.
inline const ScopeSpan* epoch_taken_up(const CallSpan& call) {
  if (!is_resumed(call)) return nullptr;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind == "epoch") return &scope;
  }
  return nullptr;
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
