#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_g1(const Subject&) {
  return undecided("a trace does not say when the signal was sent");
}

}  // namespace

InvariantEntry g1_signals_are_seen_soon() {
  return {.id = "G1",
          .kind = InvariantKind::trace,
          .meaning = "A signal is seen within 100 ms.",
          .fields = {"signals"},
          .needs = {},
          .check = &check_g1};
}

}  // namespace trainwreck::invariants
