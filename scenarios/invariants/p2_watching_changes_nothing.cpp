#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_p2(const Subject&) { return undecided("needs a second run to compare with"); }

}  // namespace

InvariantEntry p2_watching_changes_nothing() {
  return {.id = "P2",
          .kind = InvariantKind::runs,
          .meaning =
              "Tracing and armed faults that never strike leave the weights the same, bit "
              "by bit.",
          .fields = {},
          .needs = {},
          .check = &check_p2};
}

}  // namespace trainwreck::invariants
