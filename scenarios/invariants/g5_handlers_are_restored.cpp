#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_g5(const Subject&) { return undecided("needs the process itself"); }

}  // namespace

InvariantEntry g5_handlers_are_restored() {
  return {.id = "G5",
          .kind = InvariantKind::process,
          .meaning = "Signal handlers are those of before once the run ends.",
          .fields = {},
          .needs = {},
          .check = &check_g5};
}

}  // namespace trainwreck::invariants
