#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

// When each file was last written.
std::map<std::string_view, std::int64_t> last_writes(const Trace& trace) {
  std::map<std::string_view, std::int64_t> writes;
  for (const TraceLine& line : trace.lines) {
    const auto file = as<traced::File>(line);
    if (!file) continue;
    const bool is_write =
        file->operation == "append" || file->operation == "create" || file->operation == "rename";
    if (is_write) writes[file->path] = writes[file->outcome] = line.seq;
  }
  return writes;
}

InvariantResult check_c9(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not hold the files");
  Breaches breaches;
  const std::map<std::string_view, std::int64_t> writes = last_writes(subject.trace);
  std::map<std::string_view, bool> is_whole;
  for (const TraceLine& line : subject.trace.lines) {
    const auto save = as<traced::Save>(line);
    if (!save || save->action != traced::Saving::load) continue;
    const auto file = subject.outcome->files.find(std::string(save->path));
    if (file == subject.outcome->files.end()) continue;
    // A file that somebody has written since was another one when it was loaded.
    const auto written = writes.find(save->path);
    if (written != writes.end() && written->second > line.seq) continue;
    const auto [whole, is_new] = is_whole.try_emplace(save->path);
    if (is_new) whole->second = checkpoint_in(file->second).has_value();
    if (whole->second) continue;
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
