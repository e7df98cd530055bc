#include "faults/sim/sim_signals.h"

namespace trainwreck {

std::optional<int> SimSignals::poll() {
  if (pending_.empty()) return std::nullopt;
  const int oldest = pending_.front();
  pending_.pop_front();
  return oldest;
}

}  // namespace trainwreck
