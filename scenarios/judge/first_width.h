#pragma once

#include "scenarios/trace/timeline.h"

namespace trainwreck {

// Whether a process saw its first batch in another width than it should have: its model was built
// for that width then, so nobody in there can tell which batches are the wrong ones.
inline bool first_width_was_wrong(const CallSpan& call) {
  for (const TraceLine* line : call.lines) {
    if (line->fit > 0 || is<traced::StepEnd>(*line)) return false;
    const auto fault = as<traced::Fault>(*line);
    if (fault && fault->kind == "batch_wrong_width") return true;
  }
  return false;
}

}  // namespace trainwreck
