#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

std::int64_t last_epoch(const CallSpan& call) {
  std::int64_t last = -1;
  for (const ScopeSpan& scope : call.scopes) last = std::max(last, scope.epoch);
  return last;
}

// Whether the last thing that a call saved stands where the call ended, as far as the trace tells.
bool saved_its_end(const CallSpan& call) {
  const auto end = call.end != nullptr ? as<traced::RunEnd>(*call.end) : std::nullopt;
  std::int64_t saved = -1;
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (save && save->action == traced::Saving::publish) saved = save->step;
  }
  return end && (saved < 0 || end->steps < 0 || saved == end->steps);
}

// The latest backup of the calls before was made when all epochs of that call were done. A run that
// goes beyond them was asked for more.
InvariantResult check_u4(const JudgedRun& subject) {
  Breaches breaches;
  const CallSpan* finished = nullptr;
  for (const CallSpan& call : subject.calls) {
    const bool resumes = is_resumed(call);
    for (const TraceLine* line : call.lines) {
      const auto step = as<traced::StepBegin>(*line);
      if (!step || !resumes || finished == nullptr) continue;
      const std::int64_t last = last_epoch(*finished);
      if (last >= 0 && step->epoch > last) continue;
      breaches.add(fmt::format("batch {} of epoch {} was stepped by a run that resumed a finished "
                               "one",
                               step->batch, step->epoch),
                   {finished->end, line});
      break;
    }
    finished = call.is(traced::Call::fit) && call.status() == "completed" && saved_its_end(call)
                   ? &call
                   : nullptr;
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry u4_finished_runs_do_nothing() {
  return {.id = "U4",
          .kind = InvariantKind::trace,
          .meaning = "Resuming a run that was finished takes no step.",
          .fields = {"checkpoints", "steps"},
          .needs = {},
          .check = &check_u4};
}

}  // namespace trainwreck::invariants
