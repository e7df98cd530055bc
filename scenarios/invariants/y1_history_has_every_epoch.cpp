#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "scenarios/contract.h"
#include "scenarios/outcome.h"

namespace trainwreck::invariants {
namespace {

std::vector<std::int64_t> ended_epochs(const CallSpan& call) {
  std::vector<std::int64_t> epochs;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "epoch" || scope.end == nullptr) continue;
    const std::string_view status = scope.end->event.detail;
    if (status == "completed" || status == "stopped") epochs.push_back(scope.epoch);
  }
  return epochs;
}

bool ends_with(const std::vector<std::int64_t>& all, const std::vector<std::int64_t>& tail) {
  return all.size() >= tail.size() && std::equal(tail.rbegin(), tail.rend(), all.rbegin());
}

// A resumed history may begin with epochs of the run before.
InvariantResult check_y1(const Subject& subject) {
  if (subject.outcome == nullptr) return undecided("a trace has no history");
  Breaches breaches;
  std::size_t next = 0;
  for (const CallSpan& call : story_of(subject.trace)) {
    if (call.begin == nullptr || call.parent >= 0) continue;
    if (next >= subject.outcome->calls.size()) break;
    const CallOutcome& outcome = subject.outcome->calls[next++];
    if (!call.is("fit") || outcome.ending != Ending::returned) continue;
    const std::vector<std::int64_t> due = ended_epochs(call);
    if (ends_with(outcome.history.epochs(), due)) continue;
    breaches.add(fmt::format("epochs [{}] ended, and the history has [{}]", fmt::join(due, ", "),
                             fmt::join(outcome.history.epochs(), ", ")),
                 {});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry y1_history_has_every_epoch() {
  return {.id = "Y1",
          .kind = InvariantKind::trace,
          .meaning = "The history has one record for each epoch that completed or stopped.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_y1};
}

}  // namespace trainwreck::invariants
