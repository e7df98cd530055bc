#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

bool in_begin_hook_s1(const CallSpan& call, const TraceLine& demand) {
  for (const ScopeSpan& scope : call.scopes) {
    for (const HookCall& hook : scope.begins) {
      if (hook.begin->seq > demand.seq) break;
      if (hook.end == nullptr || hook.end->seq > demand.seq) return true;
    }
  }
  return false;
}

void look_s1(const CallSpan& call, Breaches& breaches) {
  const TraceLine* demand = nullptr;
  for (const TraceLine* line : call.lines) {
    if (line->event.kind == TraceKind::stop_request && demand == nullptr &&
        !in_begin_hook_s1(call, *line)) {
      demand = line;
    }
    if (demand == nullptr || line->event.kind != TraceKind::step_begin) continue;
    breaches.add(fmt::format("batch {} of epoch {} was stepped after the stop request of {}",
                             line->event.batch, line->event.epoch, demand->event.who),
                 {demand, line});
    return;
  }
}

InvariantResult check_s1(const Subject& subject) {
  Breaches breaches;
  for (const CallSpan& call : story_of(subject.trace)) look_s1(call, breaches);
  return std::move(breaches).result();
}

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
