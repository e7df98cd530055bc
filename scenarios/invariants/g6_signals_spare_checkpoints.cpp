#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_g6(const Subject&) {
  return undecided("needs the disk at the instant of the signal");
}

}  // namespace

InvariantEntry g6_signals_spare_checkpoints() {
  return {.id = "G6",
          .kind = InvariantKind::disk,
          .meaning = "A signal while a checkpoint is written leaves the new or the old one whole.",
          .fields = {},
          .needs = {},
          .check = &check_g6};
}

}  // namespace trainwreck::invariants
