#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "faults/power/disk_replay.h"
#include "faults/power/persistence.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

std::set<std::string> published_paths(const Trace& trace) {
  std::set<std::string> paths;
  for (const TraceLine& line : trace.lines) {
    const auto save = as<traced::Save>(line);
    if (save && save->action == traced::Saving::publish) paths.emplace(save->path);
  }
  return paths;
}

// No protocol survives a disk that does not keep its word.
bool has_lied(const Trace& trace) {
  return std::any_of(trace.lines.begin(), trace.lines.end(), [](const TraceLine& line) {
    const auto fault = as<traced::Fault>(line);
    return fault && fault->kind == "lying_sync";
  });
}

bool is_torn(const SimFileSystem::Files& files, const std::string& path) {
  const auto file = files.find(path);
  return file != files.end() && !checkpoint_in(file->second);
}

const TraceLine* publication_of(const Trace& trace, const std::string& path) {
  for (const TraceLine& line : trace.lines) {
    const auto save = as<traced::Save>(line);
    if (save && save->action == traced::Saving::publish && save->path == path) return &line;
  }
  return nullptr;
}

// The process is killed after these operations, or the power is cut: the disk may then answer as it
// likes what it has lost, here in a few of all ways.
std::vector<SimFileSystem::Files> crashes_after(const DiskHistory& history) {
  const auto first = [](std::uint64_t) { return std::uint64_t{0}; };
  const auto last = [](std::uint64_t options) { return options - 1; };
  const auto in_turn = [asked = std::uint64_t{0}](std::uint64_t options) mutable {
    return asked++ % options;
  };
  return {files_after_cut(history, PersistenceModel::sigkill, first),
          files_after_cut(history, PersistenceModel::ext4_ordered, first),
          files_after_cut(history, PersistenceModel::ext4_ordered, last),
          files_after_cut(history, PersistenceModel::ext4_ordered, in_turn)};
}

InvariantResult check_c1(const JudgedRun& subject) {
  if (subject.outcome == nullptr || !subject.outcome->disk) {
    return undecided("needs the disk at every crash point");
  }
  if (has_lied(subject.trace)) return undecided("the disk said that it had synced, and had not");
  const DiskRecord& disk = *subject.outcome->disk;
  Breaches breaches;
  std::set<std::string> paths = published_paths(subject.trace);
  std::erase_if(paths, [&](const std::string& path) { return is_torn(disk.start, path); });
  for (std::size_t done = 1; done <= disk.done.size() && !paths.empty(); ++done) {
    for (const auto& left :
         crashes_after({.start = disk.start, .done = {disk.done.data(), done}})) {
      std::erase_if(paths, [&](const std::string& path) {
        if (!is_torn(left, path)) return false;
        breaches.add(
            fmt::format("a crash after operation {} of the disk leaves {} damaged", done, path),
            {publication_of(subject.trace, path)});
        return true;
      });
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry c1_publishing_is_atomic() {
  return {
      .id = "C1",
      .kind = InvariantKind::disk,
      .meaning = "At every instant a published name is whole: the new file, the old one or none.",
      .fields = {"checkpoints"},
      .needs = {.disk = true},
      .check = &check_c1};
}

}  // namespace trainwreck::invariants
