#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_w1(const Subject&) {
  return undecided("digests around a step are not recorded");
}

}  // namespace

InvariantEntry w1_failed_steps_leave_no_mark() {
  return {.id = "W1",
          .kind = InvariantKind::trace,
          .meaning =
              "A step that failed leaves weights, slots, random numbers and counters as "
              "they were.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w1};
}

}  // namespace trainwreck::invariants
