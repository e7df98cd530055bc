#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_w2(const Subject&) { return undecided("needs a second run to compare with"); }

}  // namespace

InvariantEntry w2_retries_change_nothing() {
  return {.id = "W2",
          .kind = InvariantKind::runs,
          .meaning = "A retried step gives what the same step gives without a failure.",
          .fields = {},
          .needs = {},
          .check = &check_w2};
}

}  // namespace trainwreck::invariants
