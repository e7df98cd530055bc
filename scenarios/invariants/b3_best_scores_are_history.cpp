#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_b3(const Subject&) {
  return undecided("a trace has no metrics to compare with");
}

}  // namespace

InvariantEntry b3_best_scores_are_history() {
  return {.id = "B3",
          .kind = InvariantKind::disk,
          .meaning = "The score in the best file is that of its epoch in the history.",
          .fields = {},
          .needs = {},
          .check = &check_b3};
}

}  // namespace trainwreck::invariants
