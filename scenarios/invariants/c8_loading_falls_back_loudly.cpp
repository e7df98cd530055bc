#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool warned(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    return line->event.kind == TraceKind::warning && line->event.what.starts_with("backup");
  });
}

// The backup that a call went on from: the one that it names, else the last that it read. Reading
// the newest as well, to compare the two, is not taking it.
const TraceLine* taken_by(const CallSpan& call) {
  const TraceLine* taken = nullptr;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::step_begin) break;
    if (event.kind != TraceKind::checkpoint) continue;
    if (event.what == "load" && event.detail == "backup") taken = line;
    if (event.what == "resume" && taken != nullptr) return line;
  }
  return taken;
}

InvariantResult check_c8(const JudgedRun& subject) {
  Breaches breaches;
  const TraceLine* newest = nullptr;
  for (const CallSpan& call : subject.calls) {
    const TraceLine* due = newest;
    const TraceLine* taken = taken_by(call);
    for (const TraceLine* line : call.lines) {
      const TraceEvent& event = line->event;
      if (event.kind != TraceKind::checkpoint) continue;
      if (event.what == "publish" && event.detail.starts_with("backup")) newest = line;
      const bool gone = event.what == "delete" && newest != nullptr;
      if (gone && event.who == newest->event.who) newest = nullptr;
    }
    if (due == nullptr || taken == nullptr || warned(call)) continue;
    if (taken->event.who == due->event.who) continue;
    breaches.add(fmt::format("{} was loaded without a word, and {} is newer", taken->event.who,
                             due->event.who),
                 {due, taken});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry c8_loading_falls_back_loudly() {
  return {
      .id = "C8",
      .kind = InvariantKind::trace,
      .meaning = "Resuming takes the newest sound backup, and says so when it is not the newest.",
      .fields = {"checkpoints", "warnings"},
      .needs = {},
      .check = &check_c8};
}

}  // namespace trainwreck::invariants
