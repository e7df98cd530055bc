#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_w5(const Subject&) { return undecided("a trace has no metrics per batch"); }

}  // namespace

InvariantEntry w5_metrics_count_commits() {
  return {.id = "W5",
          .kind = InvariantKind::trace,
          .meaning = "Metrics and history leave out steps that were not committed.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w5};
}

}  // namespace trainwreck::invariants
