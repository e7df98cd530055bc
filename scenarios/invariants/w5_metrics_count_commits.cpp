#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/epoch_loss.h"

namespace trainwreck::invariants {
namespace {

void look_w5(const CallSpan& call, Breaches& breaches) {
  for (const EpochLoss& loss : epoch_losses(call)) {
    if (loss.uncommitted == 0 || loss.matches()) continue;
    breaches.add(fmt::format("the loss of epoch {} is {}, and its committed steps make {}",
                             loss.epoch, loss.recorded, loss.computed),
                 {loss.line});
  }
}

InvariantResult check_w5(const JudgedRun& subject) { return in_each_call(subject, look_w5); }

}  // namespace

InvariantEntry w5_metrics_count_commits() {
  return {.id = "W5",
          .kind = InvariantKind::trace,
          .meaning = "Metrics and history leave out steps that were not committed.",
          .fields = {"scopes", "fetches", "steps", "history"},
          .needs = {},
          .check = &check_w5};
}

}  // namespace trainwreck::invariants
