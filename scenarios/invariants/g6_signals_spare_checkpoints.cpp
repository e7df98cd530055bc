#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_g6(const CallSpan& call, Breaches& breaches) {
  const TraceLine* saving = nullptr;
  bool signalled = false;
  for (const TraceLine* line : call.lines) {
    if (is<traced::Signal>(*line) && saving != nullptr) signalled = true;
    const auto save = as<traced::Save>(*line);
    if (!save) continue;
    saving = save->action == traced::Saving::begin ? line : nullptr;
    signalled = false;
  }
  if (!signalled || call.end == nullptr) return;
  breaches.add(
      fmt::format("the save of {} was broken off by a signal", as<traced::Save>(*saving)->path),
      {saving, call.end});
}

InvariantResult check_g6(const JudgedRun& subject) { return in_each_call(subject, look_g6); }

}  // namespace

InvariantEntry g6_signals_spare_checkpoints() {
  return {
      .id = "G6",
      .kind = InvariantKind::trace,
      .meaning = "A save that a signal comes into is published or fails; it is not left as it is.",
      .fields = {"signals", "checkpoints"},
      .needs = {},
      .check = &check_g6};
}

}  // namespace trainwreck::invariants
