#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_l3(const Subject&) {
  return undecided("a trace does not show a wait that has not ended");
}

}  // namespace

InvariantEntry l3_waits_have_deadlines() {
  return {.id = "L3",
          .kind = InvariantKind::process,
          .meaning = "Every wait has a deadline and reacts to a signal.",
          .fields = {},
          .needs = {},
          .check = &check_l3};
}

}  // namespace trainwreck::invariants
