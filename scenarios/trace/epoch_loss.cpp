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
using Sums = std::map<std::int64_t, Sum>;  // by epoch

void begin_step(Sums& sums, const traced::StepBegin& step) {
  if (step.epoch < 0) return;
  Sum& sum = sums[step.epoch];
  if (sum.rows == 0.0) sum.from_the_start = step.batch == 0 || sum.uncommitted > 0;
}

void end_step(Sums& sums, const traced::StepEnd& step, double rows) {
  if (step.epoch < 0) return;
  Sum& sum = sums[step.epoch];
  const bool committed = step.outcome == traced::Stepping::committed;
  sum.loss += committed ? step.loss * rows : 0.0;
  sum.rows += committed ? rows : 0.0;
  sum.uncommitted += committed ? 0 : 1;
}

}  // namespace

// The loop adds up in single precision.
bool EpochLoss::matches() const {
  if (std::isnan(recorded) && std::isnan(computed)) return true;
  if (std::isinf(recorded) || std::isinf(computed)) return recorded == computed;
  return recorded == computed ||
         std::abs(recorded - computed) <= 1e-4 * std::max(std::abs(recorded), std::abs(computed));
}

std::vector<EpochLoss> epoch_losses(const CallSpan& call) {
  Sums sums;
  std::vector<EpochLoss> losses;
  double rows = 0.0;
  for (const TraceLine* line : call.lines) {
    if (const auto fetch = as<traced::FetchEnd>(*line)) rows = fetch->rows;
    if (const auto step = as<traced::StepBegin>(*line)) begin_step(sums, *step);
    if (const auto step = as<traced::StepEnd>(*line)) end_step(sums, *step, rows);
    const auto record = as<traced::History>(*line);
    if (!record || record->metric != "loss" || record->epoch < 0) continue;
    const Sum& sum = sums[record->epoch];
    if (sum.rows == 0.0 || !sum.from_the_start) continue;
    losses.push_back({.epoch = record->epoch,
                      .recorded = record->value,
                      .computed = sum.loss / sum.rows,
                      .uncommitted = sum.uncommitted,
                      .line = line});
  }
  return losses;
}

}  // namespace trainwreck
