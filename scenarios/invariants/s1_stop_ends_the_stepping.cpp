#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

void look_s1(const CallSpan& call, Breaches& breaches) {
  Stretches begin_hooks = begin_hooks_of(call);
  const TraceLine* demand = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StopRequest>(*line) && demand == nullptr && !begin_hooks.cover(*line)) {
      demand = line;
    }
    const auto step = as<traced::StepBegin>(*line);
    if (demand == nullptr || !step) continue;
    breaches.add(fmt::format("batch {} of epoch {} was stepped after the stop request of {}",
                             step->batch, step->epoch, as<traced::StopRequest>(*demand)->callback),
                 {demand, line});
    return;
  }
}

InvariantResult check_s1(const JudgedRun& subject) { return in_each_call(subject, look_s1); }

}  // namespace

InvariantEntry s1_stop_ends_the_stepping() {
  return {.id = "S1",
          .kind = InvariantKind::trace,
          .meaning = "After a stop request no further step begins.",
          .fields = {"stops", "steps", "hooks"},
          .needs = {},
          .check = &check_s1};
}

}  // namespace trainwreck::invariants
