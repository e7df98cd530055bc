#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_d9(const Subject&) { return undecided("what workers hold is not recorded"); }

}  // namespace

InvariantEntry d9_prefetch_is_bounded() {
  return {.id = "D9",
          .kind = InvariantKind::trace,
          .meaning = "Prefetching has a bound, and what was fetched for nothing is reported.",
          .fields = {},
          .needs = {},
          .check = &check_d9};
}

}  // namespace trainwreck::invariants
