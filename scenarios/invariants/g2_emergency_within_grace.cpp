#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_g2(const Subject&) {
  return undecided("a trace does not say how long the grace time is");
}

}  // namespace

InvariantEntry g2_emergency_within_grace() {
  return {.id = "G2",
          .kind = InvariantKind::trace,
          .meaning = "An emergency checkpoint and the end of the run come within the grace time.",
          .fields = {"signals"},
          .needs = {},
          .check = &check_g2};
}

}  // namespace trainwreck::invariants
