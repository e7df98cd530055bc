#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_g4(const CallSpan& call, Breaches& breaches) {
  int signals = 0;
  for (const TraceLine* line : call.lines) {
    if (is<traced::Signal>(*line)) ++signals;
    const auto save = as<traced::Save>(*line);
    if (signals < 2 || !save || save->action != traced::Saving::begin) continue;
    breaches.add(fmt::format("{} was begun after the second signal", save->path), {line});
  }
}

InvariantResult check_g4(const JudgedRun& subject) { return in_each_call(subject, look_g4); }

}  // namespace

InvariantEntry g4_second_signal_ends_at_once() {
  return {.id = "G4",
          .kind = InvariantKind::trace,
          .meaning = "After a second signal no checkpoint is begun.",
          .fields = {"signals", "checkpoints"},
          .needs = {},
          .check = &check_g4};
}

}  // namespace trainwreck::invariants
