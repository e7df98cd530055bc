#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_l4(const Subject&) {
  return undecided("a trace does not say which bound is in force");
}

}  // namespace

InvariantEntry l4_retries_are_bounded() {
  return {.id = "L4",
          .kind = InvariantKind::trace,
          .meaning = "Retries are bounded in number and in time.",
          .fields = {},
          .needs = {},
          .check = &check_l4};
}

}  // namespace trainwreck::invariants
