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

// The backup that a call should begin with, and the newest that it loaded.
InvariantResult check_c8(const JudgedRun& subject) {
  Breaches breaches;
  const TraceLine* newest = nullptr;
  for (const CallSpan& call : subject.calls) {
    const TraceLine* due = newest;
    bool loaded_due = false;
    const TraceLine* loaded = nullptr;
    for (const TraceLine* line : call.lines) {
      const TraceEvent& event = line->event;
      if (event.kind != TraceKind::checkpoint) continue;
      if (event.what == "publish" && event.detail.starts_with("backup")) newest = line;
      if (event.what == "delete") newest = nullptr;
      if (event.what != "load" || event.detail != "backup") continue;
      loaded = line;
      loaded_due |= due != nullptr && event.who == due->event.who;
    }
    if (due == nullptr || loaded == nullptr || loaded_due || warned(call)) continue;
    breaches.add(fmt::format("{} was loaded without a word, and {} is newer", loaded->event.who,
                             due->event.who),
                 {due, loaded});
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
