#include <fmt/format.h>

#include <set>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// How the epoch ended when its end hooks began: an error in one of them comes too late to change
// it.
std::string_view status_told(const ScopeSpan& epoch) {
  const std::string_view told = epoch.ends.empty() ? "" : epoch.ends.back().told();
  return told.empty() ? epoch.status() : told;
}

std::set<std::int64_t> ended_epochs(const CallSpan& call) {
  std::set<std::int64_t> epochs;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "epoch" || scope.end == nullptr) continue;
    const std::string_view status = status_told(scope);
    if (status != "failed" && status != "interrupted") epochs.insert(scope.epoch);
  }
  return epochs;
}

std::set<std::int64_t> recorded_epochs(const CallSpan& call) {
  std::set<std::int64_t> epochs;
  for (const TraceLine* line : call.lines) {
    if (const auto figure = as<traced::History>(*line)) epochs.insert(figure->epoch);
  }
  return epochs;
}

void look_y1(const CallSpan& call, Breaches& breaches) {
  if (!call.is(traced::Call::fit) || call.end == nullptr) return;
  const std::set<std::int64_t> ended = ended_epochs(call);
  const std::set<std::int64_t> recorded = recorded_epochs(call);
  if (ended == recorded) return;
  breaches.add(fmt::format("epochs [{}] ended, and the history records [{}]",
                           fmt::join(ended, ", "), fmt::join(recorded, ", ")),
               {call.end});
}

InvariantResult check_y1(const JudgedRun& subject) { return in_each_call(subject, look_y1); }

}  // namespace

InvariantEntry y1_history_has_every_epoch() {
  return {.id = "Y1",
          .kind = InvariantKind::trace,
          .meaning = "The history has one record for each epoch that ended by itself.",
          .fields = {"scopes", "history"},
          .needs = {},
          .check = &check_y1};
}

}  // namespace trainwreck::invariants
