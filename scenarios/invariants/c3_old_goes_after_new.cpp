#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_c3(const CallSpan& call, Breaches& breaches) {
  std::string_view newest;
  bool training_over = false;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::hook_begin && event.what == "on_train_end") training_over = true;
    if (event.kind != TraceKind::checkpoint) continue;
    if (event.what == "publish") newest = event.who;
    const bool last = newest.empty() || newest == event.who;
    if (event.what != "delete" || training_over || !last) continue;
    breaches.add(fmt::format("{} was deleted at {} before another was published", event.who,
                             place_of(event)),
                 {line});
  }
}

InvariantResult check_c3(const JudgedRun& subject) { return in_each_call(subject, look_c3); }

}  // namespace

InvariantEntry c3_old_goes_after_new() {
  return {.id = "C3",
          .kind = InvariantKind::trace,
          .meaning = "An old checkpoint is deleted only after a newer one was published.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_c3};
}

}  // namespace trainwreck::invariants
