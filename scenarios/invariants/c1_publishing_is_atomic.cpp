#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "faults/power/disk_replay.h"
#include "faults/power/persistence.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

using Files = SimFileSystem::Files;

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

// Looks at bytes once, however often they come back.
class Wholeness {
 public:
  bool is_torn(const Files& files, const std::string& path) {
    const auto file = files.find(path);
    if (file == files.end()) return false;
    const auto [known, is_new] = whole_.try_emplace(file->second, false);
    if (is_new) known->second = checkpoint_in(file->second).has_value();
    return !known->second;
  }

 private:
  std::unordered_map<std::string, bool> whole_;
};

const TraceLine* publication_of(const Trace& trace, const std::string& path) {
  for (const TraceLine& line : trace.lines) {
    const auto save = as<traced::Save>(line);
    if (save && save->action == traced::Saving::publish && save->path == path) return &line;
  }
  return nullptr;
}

// The process is killed after these operations, or the power is cut: the disk may then answer as it
// likes what it has lost, here in a few of all ways. `is_settled`: it has nothing to answer.
std::vector<Files> crashes_after(const DiskHistory& history, bool& is_settled) {
  std::uint64_t questions = 0;
  const auto first = [](std::uint64_t) { return std::uint64_t{0}; };
  const auto last = [&](std::uint64_t options) {
    if (options > 1) ++questions;
    return options - 1;
  };
  const auto in_turn = [asked = std::uint64_t{0}](std::uint64_t options) mutable {
    return asked++ % options;
  };
  std::vector<Files> left{files_after_cut(history, PersistenceModel::sigkill, first),
                          files_after_cut(history, PersistenceModel::ext4_ordered, first),
                          files_after_cut(history, PersistenceModel::ext4_ordered, last),
                          files_after_cut(history, PersistenceModel::ext4_ordered, in_turn)};
  is_settled = questions == 0;
  return left;
}

// Goes through a disk's history once: where all of it is durable, what comes later begins anew, on
// the files that it touches.
class Crashes {
 public:
  Crashes(const DiskRecord& disk, std::set<std::string> paths, const Trace& trace)
      : disk_(disk), paths_(std::move(paths)), trace_(trace), now_(disk.start) {
    std::erase_if(paths_, [&](const std::string& path) { return wholeness_.is_torn(now_, path); });
    names_ = paths_;
    for (auto done = disk.done.rbegin(); done != disk.done.rend(); ++done) {
      const bool moves = done->kind == DiskOperation::Kind::rename && names_.contains(done->to);
      if (moves) names_.insert(done->path);
    }
  }

  void look(Breaches& breaches) {
    for (std::size_t done = 1; done <= disk_.done.size() && !paths_.empty(); ++done) {
      const DiskOperation& operation = disk_.done[done - 1];
      if (!matters(operation)) continue;
      touch(operation);
      since_.push_back(operation);
      bool is_settled = false;
      const std::vector<Files> all = crashes_after({.start = touched_, .done = since_}, is_settled);
      for (const Files& left : all) look_at(left, done, breaches);
      if (is_settled) settle(all.front());
    }
  }

 private:
  // What is written into a file that is never published cannot damage one that is.
  bool matters(const DiskOperation& operation) const {
    return operation.kind != DiskOperation::Kind::append || names_.contains(operation.path);
  }

  void touch(const DiskOperation& operation) {
    touch(operation.path);
    touch(operation.to);
    if (operation.kind != DiskOperation::Kind::remove_directory) return;
    const std::string below = operation.path + "/";
    for (auto file = now_.lower_bound(below);
         file != now_.end() && file->first.starts_with(below);) {
      const std::string path = (file++)->first;
      touch(path);
    }
  }
  void touch(const std::string& path) {
    if (const auto file = now_.extract(path)) touched_.insert_or_assign(path, file.mapped());
  }

  void look_at(const Files& left, std::size_t done, Breaches& breaches) {
    for (const auto& [path, bytes] : left) {
      if (!paths_.contains(path) || !wholeness_.is_torn(left, path)) continue;
      breaches.add(
          fmt::format("a crash after operation {} of the disk leaves {} damaged", done, path),
          {publication_of(trace_, path)});
      paths_.erase(path);
    }
  }

  void settle(const Files& files) {
    now_.insert(files.begin(), files.end());
    touched_.clear();
    since_.clear();
  }

  const DiskRecord& disk_;
  std::set<std::string> paths_;  // that were whole so far
  const Trace& trace_;
  std::set<std::string> names_;  // theirs, and what they were called before
  Wholeness wholeness_;
  Files now_;                         // that nothing has touched since all was durable
  Files touched_;                     // the others, as they were then
  std::vector<DiskOperation> since_;  // what was done to these
};

InvariantResult check_c1(const JudgedRun& subject) {
  if (subject.outcome == nullptr || !subject.outcome->disk) {
    return undecided("needs the disk at every crash point");
  }
  if (has_lied(subject.trace)) return undecided("the disk said that it had synced, and had not");
  Breaches breaches;
  Crashes(*subject.outcome->disk, published_paths(subject.trace), subject.trace).look(breaches);
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
