#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_s5(const Subject&) {
  return undecided("a trace does not say that an override is in force");
}

}  // namespace

InvariantEntry s5_overrides_delay_exactly() {
  return {.id = "S5",
          .kind = InvariantKind::trace,
          .meaning =
              "An override such as min_epochs delays a stop to the boundary it names, and "
              "changes nothing else.",
          .fields = {},
          .needs = {},
          .check = &check_s5};
}

}  // namespace trainwreck::invariants
