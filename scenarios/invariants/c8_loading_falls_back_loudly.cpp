#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool warned(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    const auto warning = as<traced::Warning>(*line);
    return warning && warning->id.starts_with("backup");
  });
}

std::string_view path_of(const TraceLine& save) { return as<traced::Save>(save)->path; }

// The backup that a call went on from: the one that it names, else the last that it read. Reading
// the newest as well, to compare the two, is not taking it.
const TraceLine* taken_by(const CallSpan& call) {
  const TraceLine* taken = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StepBegin>(*line)) break;
    const auto save = as<traced::Save>(*line);
    if (!save) continue;
    if (save->action == traced::Saving::load && save->note == "backup") taken = line;
    if (save->action == traced::Saving::resume && taken != nullptr) return line;
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
      const auto save = as<traced::Save>(*line);
      if (!save) continue;
      const bool published = save->action == traced::Saving::publish;
      if (published && save->note.starts_with("backup")) newest = line;
      const bool gone = save->action == traced::Saving::remove && newest != nullptr;
      if (gone && save->path == path_of(*newest)) newest = nullptr;
    }
    if (due == nullptr || taken == nullptr || warned(call)) continue;
    if (path_of(*taken) == path_of(*due)) continue;
    breaches.add(fmt::format("{} was loaded without a word, and {} is newer", path_of(*taken),
                             path_of(*due)),
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
