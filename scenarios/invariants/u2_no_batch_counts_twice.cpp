#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u2(const Subject&) { return undecided("needs a second run to compare with"); }

}  // namespace

InvariantEntry u2_no_batch_counts_twice() {
  return {.id = "U2",
          .kind = InvariantKind::runs,
          .meaning = "Batches after the checkpoint count once in the history of a resumed run.",
          .fields = {},
          .needs = {},
          .check = &check_u2};
}

}  // namespace trainwreck::invariants
