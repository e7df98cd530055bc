#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_x1(const Subject&) { return undecided("needs the process itself"); }

}  // namespace

InvariantEntry x1_exit_code_tells_the_end() {
  return {.id = "X1",
          .kind = InvariantKind::process,
          .meaning = "The exit code of a training process follows from how its run ended.",
          .fields = {},
          .needs = {},
          .check = &check_x1};
}

}  // namespace trainwreck::invariants
