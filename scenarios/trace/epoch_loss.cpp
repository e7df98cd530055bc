#include "scenarios/trace/epoch_loss.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace trainwreck {
namespace {

struct Sum {
  double loss = 0.0;
  double rows = 0.0;
  std::int64_t uncommitted = 0;
  bool from_the_start = true;
};

}  // namespace

// The loop adds up in single precision.
bool EpochLoss::matches() const {
  if (std::isnan(recorded) && std::isnan(computed)) return true;
  if (std::isinf(recorded) || std::isinf(computed)) return recorded == computed;
  return recorded == computed ||
         std::abs(recorded - computed) <= 1e-4 * std::max(std::abs(recorded), std::abs(computed));
}

std::vector<EpochLoss> epoch_losses(const CallSpan& call) {
  std::map<std::int64_t, Sum> sums;
  std::vector<EpochLoss> losses;
  double rows = 0.0;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    Sum* sum = event.epoch >= 0 ? &sums[event.epoch] : nullptr;
    if (event.kind == TraceKind::fetch_end) rows = event.value;
    if (event.kind == TraceKind::step_begin && sum != nullptr && sum->rows == 0.0) {
      sum->from_the_start = event.batch == 0 || sum->uncommitted > 0;
    }
    if (event.kind == TraceKind::step_end && sum != nullptr) {
      const bool committed = event.detail == "committed";
      sum->loss += committed ? event.value * rows : 0.0;
      sum->rows += committed ? rows : 0.0;
      sum->uncommitted += committed ? 0 : 1;
    }
    const bool record = event.kind == TraceKind::history && event.what == "loss";
    if (!record || sum == nullptr || sum->rows == 0.0 || !sum->from_the_start) continue;
    losses.push_back({.epoch = event.epoch,
                      .recorded = event.value,
                      .computed = sum->loss / sum->rows,
                      .uncommitted = sum->uncommitted,
                      .line = line});
  }
  return losses;
}

}  // namespace trainwreck
