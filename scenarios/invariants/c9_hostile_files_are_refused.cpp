#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

// A file that nobody has written since it was loaded.
bool untouched_since(const Trace& trace, const TraceLine& load) {
  return std::none_of(trace.lines.begin(), trace.lines.end(), [&](const TraceLine& line) {
    const TraceEvent& event = line.event;
    const bool writes = event.what == "append" || event.what == "create" || event.what == "rename";
    return line.seq > load.seq && event.kind == TraceKind::file && writes &&
           (event.who == load.event.who || event.detail == load.event.who);
  });
}

InvariantResult check_c9(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not hold the files");
  Breaches breaches;
  for (const TraceLine& line : subject.trace.lines) {
    if (line.event.kind != TraceKind::checkpoint || line.event.what != "load") continue;
    const auto file = subject.outcome->files.find(std::string(line.event.who));
    if (file == subject.outcome->files.end() || checkpoint_in(file->second)) continue;
    if (!untouched_since(subject.trace, line)) continue;
    breaches.add(fmt::format("{} is no whole checkpoint, and was loaded", line.event.who), {&line});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry c9_hostile_files_are_refused() {
  return {.id = "C9",
          .kind = InvariantKind::disk,
          .meaning = "A file that is no whole checkpoint is never loaded as one.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_c9};
}

}  // namespace trainwreck::invariants
