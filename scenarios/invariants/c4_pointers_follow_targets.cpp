#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c4(const Subject&) {
  return undecided("which files are pointers is not recorded");
}

}  // namespace

InvariantEntry c4_pointers_follow_targets() {
  return {.id = "C4",
          .kind = InvariantKind::disk,
          .meaning =
              "Pointers to checkpoints are replaced atomically, once their target is "
              "durable.",
          .fields = {"files"},
          .needs = {},
          .check = &check_c4};
}

}  // namespace trainwreck::invariants
