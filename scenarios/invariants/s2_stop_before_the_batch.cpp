#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

void look_s2(const CallSpan& call, Breaches& breaches) {
  Stretches begin_hooks = begin_hooks_of(call);
  const TraceLine* demand = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StopRequest>(*line) && demand == nullptr && begin_hooks.cover(*line)) {
      demand = line;
    }
    const auto step = as<traced::StepBegin>(*line);
    if (demand == nullptr || !step) continue;
    breaches.add(
        fmt::format("batch {} of epoch {} was stepped though {} asked to stop in a begin hook",
                    step->batch, step->epoch, as<traced::StopRequest>(*demand)->callback),
        {demand, line});
    return;
  }
}

InvariantResult check_s2(const JudgedRun& subject) { return in_each_call(subject, look_s2); }

}  // namespace

InvariantEntry s2_stop_before_the_batch() {
  return {.id = "S2",
          .kind = InvariantKind::trace,
          .meaning = "After a stop request in a begin hook not one step is taken.",
          .fields = {"stops", "steps", "hooks"},
          .needs = {},
          .check = &check_s2};
}

}  // namespace trainwreck::invariants
