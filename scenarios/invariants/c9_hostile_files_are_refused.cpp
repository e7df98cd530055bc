#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

// A file that nobody has written since it was loaded.
bool untouched_since(const Trace& trace, const TraceLine& load, std::string_view path) {
  return std::none_of(trace.lines.begin(), trace.lines.end(), [&](const TraceLine& line) {
    const auto file = as<traced::File>(line);
    if (!file || line.seq <= load.seq) return false;
    const bool writes =
        file->operation == "append" || file->operation == "create" || file->operation == "rename";
    return writes && (file->path == path || file->outcome == path);
  });
}

InvariantResult check_c9(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not hold the files");
  Breaches breaches;
  for (const TraceLine& line : subject.trace.lines) {
    const auto save = as<traced::Save>(line);
    if (!save || save->action != traced::Saving::load) continue;
    const auto file = subject.outcome->files.find(std::string(save->path));
    if (file == subject.outcome->files.end() || checkpoint_in(file->second)) continue;
    if (!untouched_since(subject.trace, line, save->path)) continue;
    breaches.add(fmt::format("{} is no whole checkpoint, and was loaded", save->path), {&line});
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
