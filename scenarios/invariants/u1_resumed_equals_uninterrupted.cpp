#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u1(const Subject&) { return undecided("needs a second run to compare with"); }

}  // namespace

InvariantEntry u1_resumed_equals_uninterrupted() {
  return {.id = "U1",
          .kind = InvariantKind::runs,
          .meaning = "A run that was resumed equals one that was never interrupted, bit by bit.",
          .fields = {},
          .needs = {},
          .check = &check_u1};
}

}  // namespace trainwreck::invariants
