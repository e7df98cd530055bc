#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c6(const Subject&) { return undecided("needs the disk between two runs"); }

}  // namespace

InvariantEntry c6_leftovers_are_harmless() {
  return {.id = "C6",
          .kind = InvariantKind::disk,
          .meaning = "Leftovers of failed saves are never loaded, and the next save removes them.",
          .fields = {},
          .needs = {},
          .check = &check_c6};
}

}  // namespace trainwreck::invariants
