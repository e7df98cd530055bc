#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_y2(const Subject&) { return undecided("a trace has no metrics per batch"); }

}  // namespace

InvariantEntry y2_history_can_be_recomputed() {
  return {.id = "Y2",
          .kind = InvariantKind::trace,
          .meaning = "The history equals what the trace gives when it is computed again.",
          .fields = {},
          .needs = {},
          .check = &check_y2};
}

}  // namespace trainwreck::invariants
