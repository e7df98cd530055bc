#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c1(const Subject&) {
  return undecided("needs the disk at every crash point");
}

}  // namespace

InvariantEntry c1_publishing_is_atomic() {
  return {.id = "C1",
          .kind = InvariantKind::disk,
          .meaning =
              "At every instant a published name is whole: the new file, the old one or "
              "none.",
          .fields = {},
          .needs = {},
          .check = &check_c1};
}

}  // namespace trainwreck::invariants
