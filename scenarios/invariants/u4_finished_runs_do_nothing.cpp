#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u4(const Subject&) {
  return undecided("a trace does not say that the run was finished before");
}

}  // namespace

InvariantEntry u4_finished_runs_do_nothing() {
  return {.id = "U4",
          .kind = InvariantKind::runs,
          .meaning = "Resuming a finished run takes no step.",
          .fields = {},
          .needs = {},
          .check = &check_u4};
}

}  // namespace trainwreck::invariants
