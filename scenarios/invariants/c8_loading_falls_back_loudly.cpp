#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c8(const Subject&) {
  return undecided("needs the disk at the time of the load");
}

}  // namespace

InvariantEntry c8_loading_falls_back_loudly() {
  return {.id = "C8",
          .kind = InvariantKind::disk,
          .meaning =
              "Loading takes the newest sound checkpoint, and says so when it is not the "
              "newest.",
          .fields = {},
          .needs = {},
          .check = &check_c8};
}

}  // namespace trainwreck::invariants
