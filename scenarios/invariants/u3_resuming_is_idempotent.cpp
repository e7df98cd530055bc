#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/resumed.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::invariants {
namespace {

bool stepped(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    return line->event.kind == TraceKind::step_begin;
  });
}

InvariantResult check_u3(const JudgedRun& subject) {
  if (subject.outcome == nullptr || !subject.outcome->twin) {
    return undecided("needs a second run to compare with");
  }
  const std::vector<const CallSpan*> resumed = resumed_calls(subject);
  const bool twice =
      resumed.size() > 1 && resumed.front()->end == nullptr && !stepped(*resumed.front());
  if (!twice) return undecided("no run crashed right after it was resumed");
  const CallOutcome* last = outcome_of(*resumed.back(), *subject.outcome);
  if (last == nullptr || last->error) return undecided("the resumed run did not get to its end");
  Breaches breaches;
  if (!same_bits(last->weights, subject.outcome->twin->calls.front().weights)) {
    breaches.add("the second resume ends with other weights than an uninterrupted run: " +
                     calls_apart(*subject.outcome, index_of(*last, *subject.outcome), 0),
                 {resumed.back()->end});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry u3_resuming_is_idempotent() {
  return {.id = "U3",
          .kind = InvariantKind::runs,
          .meaning = "A crash right after a resume, and another resume, change nothing.",
          .fields = {"checkpoints", "steps"},
          .needs = {.twin = true},
          .check = &check_u3};
}

}  // namespace trainwreck::invariants
