#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_d3(const Subject&) { return undecided("batch checksums are not recorded"); }

}  // namespace

InvariantEntry d3_batches_stay_as_they_came() {
  return {.id = "D3",
          .kind = InvariantKind::trace,
          .meaning = "A batch is stepped with the bytes with which it came.",
          .fields = {},
          .needs = {},
          .check = &check_d3};
}

}  // namespace trainwreck::invariants
