#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c9(const Subject&) { return undecided("needs the loader itself"); }

}  // namespace

InvariantEntry c9_hostile_files_are_refused() {
  return {.id = "C9",
          .kind = InvariantKind::disk,
          .meaning = "A malformed checkpoint is refused in bounded time and memory.",
          .fields = {},
          .needs = {},
          .check = &check_c9};
}

}  // namespace trainwreck::invariants
