#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u3(const Subject&) { return undecided("needs a second run to compare with"); }

}  // namespace

InvariantEntry u3_resuming_is_idempotent() {
  return {.id = "U3",
          .kind = InvariantKind::runs,
          .meaning = "A crash right after a resume, and another resume, change nothing.",
          .fields = {},
          .needs = {},
          .check = &check_u3};
}

}  // namespace trainwreck::invariants
