#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/epoch_loss.h"

namespace trainwreck::invariants {
namespace {

void look_y2(const CallSpan& call, Breaches& breaches) {
  for (const EpochLoss& loss : epoch_losses(call)) {
    if (loss.uncommitted > 0 || loss.matches()) continue;
    breaches.add(fmt::format("the loss of epoch {} is {}, and its steps make {}", loss.epoch,
                             loss.recorded, loss.computed),
                 {loss.line});
  }
}

InvariantResult check_y2(const JudgedRun& subject) { return in_each_call(subject, look_y2); }

}  // namespace

InvariantEntry y2_history_can_be_recomputed() {
  return {.id = "Y2",
          .kind = InvariantKind::trace,
          .meaning = "The losses in the history are what the steps of each epoch make.",
          .fields = {"scopes", "fetches", "steps", "history"},
          .needs = {},
          .check = &check_y2};
}

}  // namespace trainwreck::invariants
