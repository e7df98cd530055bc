#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_l1(const Subject&) {
  return undecided("a trace does not say which deadline is in force");
}

}  // namespace

InvariantEntry l1_silence_is_noticed() {
  return {.id = "L1",
          .kind = InvariantKind::trace,
          .meaning = "There is progress within the deadline, or a watchdog speaks.",
          .fields = {},
          .needs = {},
          .check = &check_l1};
}

}  // namespace trainwreck::invariants
