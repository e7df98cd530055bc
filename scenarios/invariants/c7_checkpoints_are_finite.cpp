#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c7(const Subject&) {
  return undecided("needs the content of every checkpoint");
}

}  // namespace

InvariantEntry c7_checkpoints_are_finite() {
  return {.id = "C7",
          .kind = InvariantKind::disk,
          .meaning = "No checkpoint holds weights that are not finite, unless it is tagged so.",
          .fields = {},
          .needs = {},
          .check = &check_c7};
}

}  // namespace trainwreck::invariants
