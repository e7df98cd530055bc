#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/trace/timeline.h"

namespace trainwreck {

// The loss of an epoch as the history has it, and as the steps make it: the mean over all rows.
struct EpochLoss {
  std::int64_t epoch = 0;
  double recorded = 0.0;
  double computed = 0.0;
  std::int64_t uncommitted = 0;  // steps that were begun and not committed
  const TraceLine* line = nullptr;

  bool matches() const;
};

// Of the epochs whose steps a call has seen, all of them.
std::vector<EpochLoss> epoch_losses(const CallSpan& call);

}  // namespace trainwreck
