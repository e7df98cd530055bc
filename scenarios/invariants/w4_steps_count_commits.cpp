#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_w4(const CallSpan& call, Breaches& breaches) {
  std::int64_t due = -1;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::step_begin) {
      if (due >= 0 && event.step != due) {
        breaches.add(
            fmt::format("step {} began at {}, and {} was due", event.step, place_of(event), due),
            {line});
      }
      due = event.step;
    }
    if (event.kind == TraceKind::step_end && event.detail == "committed") ++due;
  }
}

InvariantResult check_w4(const JudgedRun& subject) { return in_each_call(subject, look_w4); }

}  // namespace

InvariantEntry w4_steps_count_commits() {
  return {.id = "W4",
          .kind = InvariantKind::trace,
          .meaning =
              "The step counter grows by one for each committed step, and for nothing "
              "else.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w4};
}

}  // namespace trainwreck::invariants
