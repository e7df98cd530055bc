#include <fmt/format.h>

#include <set>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_u2(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not hold the whole history");
  Breaches breaches;
  for (const CallSpan* call : resumed_calls(subject)) {
    const CallOutcome* outcome = outcome_of(*call, *subject.outcome);
    if (outcome == nullptr) continue;
    std::set<std::int64_t> seen;
    for (const std::int64_t epoch : outcome->history.epochs()) {
      if (seen.insert(epoch).second) continue;
      breaches.add(fmt::format("epoch {} is twice in the history of the resumed run", epoch),
                   {call->end});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry u2_no_batch_counts_twice() {
  return {.id = "U2",
          .kind = InvariantKind::trace,
          .meaning = "Epochs of a resumed run count once in its history.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_u2};
}

}  // namespace trainwreck::invariants
