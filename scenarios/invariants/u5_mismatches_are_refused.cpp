#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u5(const Subject&) {
  return undecided("a trace does not say what the checkpoint was made with");
}

}  // namespace

InvariantEntry u5_mismatches_are_refused() {
  return {.id = "U5",
          .kind = InvariantKind::runs,
          .meaning = "A resume with another shape, seed or source is refused with a message.",
          .fields = {},
          .needs = {},
          .check = &check_u5};
}

}  // namespace trainwreck::invariants
