#include "faults/power/disk_replay.h"

#include <algorithm>

#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

using Kind = DiskOperation::Kind;
using Files = SimFileSystem::Files;

constexpr std::size_t kSector = 512;
// A write reaches the disk in pieces of whole sectors: its head, its tail, and what is between.
constexpr std::size_t kPieces = 4;

// Where the pieces of a write of this size end.
std::vector<std::size_t> piece_ends(std::size_t size) {
  const std::size_t sectors = (size + kSector - 1) / kSector;
  const std::size_t pieces = std::max<std::size_t>(1, std::min(sectors, kPieces));
  std::vector<std::size_t> ends;
  for (std::size_t piece = 1; piece < pieces; ++piece) {
    ends.push_back(sectors * piece / pieces * kSector);
  }
  ends.push_back(size);
  return ends;
}

}  // namespace

DiskReplay::DiskReplay(const DiskHistory& history, PersistenceModel model,
                       const CrashChoice& choose)
    : model_(model) {
  for (const auto& [path, bytes] : history.start) {
    start_[path] = live_[path] = inodes_.size();
    inodes_.push_back({.base = bytes});
  }
  for (const DiskOperation& operation : history.done) {
    apply(operation);
    ++operation_;
  }
  if (history.in_flight != nullptr) apply_torn(*history.in_flight, choose);
}

void DiskReplay::apply(const DiskOperation& operation) {
  switch (operation.kind) {
    case Kind::create:
      return create(operation.path);
    case Kind::append:
      return append(operation, operation.bytes.size());
    case Kind::sync:
      return sync(operation);
    case Kind::rename:
      return rename(operation);
    case Kind::remove:
      return remove(operation.path);
    case Kind::remove_directory:
      return remove_below(operation.path);
    case Kind::sync_directory:
      return sync_directory(operation.path);
    case Kind::make_directory:
      return;  // directories are there when they hold something
  }
}

// Of an interrupted write any part may be there, of anything else all or nothing.
void DiskReplay::apply_torn(const DiskOperation& operation, const CrashChoice& choose) {
  if (operation.kind != Kind::append) {
    if (choose(2) == 0) apply(operation);
    return;
  }
  const std::size_t size = operation.bytes.size();
  std::vector<std::size_t> cuts{0, std::min<std::size_t>(1, size), size / 2,
                                size - std::min<std::size_t>(1, size), size};
  for (std::size_t sector = kSector; sector < size && cuts.size() < 16; sector += kSector) {
    cuts.push_back(sector);
  }
  std::sort(cuts.rbegin(), cuts.rend());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  append(operation, cuts[choose(cuts.size())]);
}

void DiskReplay::create(const std::string& path) {
  if (const auto known = live_.find(path); known != live_.end()) {
    std::vector<Change>& changes = inodes_[known->second].changes;
    changes.push_back({.operation = operation_, .cuts = true});
    namings_.push_back(
        {.operation = operation_, .inode = known->second, .cut = changes.size() - 1});
    return;
  }
  live_[path] = inodes_.size();
  namings_.push_back({.operation = operation_, .added = path, .inode = inodes_.size()});
  inodes_.emplace_back();
}

void DiskReplay::append(const DiskOperation& operation, std::size_t size) {
  if (!live_.contains(operation.path)) create(operation.path);
  std::vector<Change>& changes = inodes_[live_[operation.path]].changes;
  std::size_t begin = 0;
  for (const std::size_t end : piece_ends(size)) {
    changes.push_back({.operation = operation_,
                       .bytes = std::string_view(operation.bytes).substr(begin, end - begin),
                       .offset = static_cast<std::size_t>(operation.offset) + begin});
    begin = end;
  }
}

void DiskReplay::rename(const DiskOperation& operation) {
  const auto from = live_.find(operation.path);
  if (from == live_.end()) return;
  const std::size_t inode = from->second;
  namings_.push_back({.operation = operation_,
                      .added = operation.to,
                      .removed = operation.path,
                      .inode = inode,
                      .replaces = live_.contains(operation.to),
                      .data_before = inodes_[inode].changes.size()});
  live_.erase(from);
  live_[operation.to] = inode;
}

void DiskReplay::remove(const std::string& path) {
  live_.erase(path);
  namings_.push_back({.operation = operation_, .removed = path});
}

void DiskReplay::remove_below(const std::string& directory) {
  std::vector<std::string> paths;
  for (const auto& [path, inode] : live_) {
    if (path.starts_with(directory + "/")) paths.push_back(path);
  }
  for (const std::string& path : paths) remove(path);
}

// A journal writes all names up to now together with the file. After a sync that failed the pages
// count as written, so that the next one has nothing to do: what they held may never be there.
void DiskReplay::sync(const DiskOperation& operation) {
  const auto file = live_.find(operation.path);
  if (file == live_.end()) return;
  for (Change& change : inodes_[file->second].changes) {
    if (operation.failed && !change.durable && !change.cuts) change.unsure = true;
    change.durable = change.durable || !operation.failed;
  }
  if (!operation.failed && model_ != PersistenceModel::weak) names_are_durable();
}

void DiskReplay::sync_directory(const std::string& directory) {
  if (model_ != PersistenceModel::weak) return names_are_durable();
  for (Naming& naming : namings_) {
    const std::string& name = naming.added.empty() ? naming.removed : naming.added;
    if (directory_of(name) == directory) naming.durable = true;
  }
}

void DiskReplay::names_are_durable() {
  for (Naming& naming : namings_) naming.durable = true;
}

// One cut: which names are there, then what the files hold that they name.
class DiskReplay::Survey {
 public:
  Survey(const DiskReplay& replay, const CrashChoice& choose, std::vector<DiskLoss>* losses)
      : replay_(replay),
        model_(replay.model_),
        choose_(choose),
        losses_(losses),
        forced_(replay.inodes_.size(), 0),
        cuts_(replay.namings_.size(), false) {}

  Files files() {
    std::map<std::string_view, std::size_t> names(replay_.start_.begin(), replay_.start_.end());
    keep_names(names);
    Files files;
    for (const auto& [path, inode] : names) files.emplace(path, contents(inode));
    return files;
  }

 private:
  using Names = std::map<std::string_view, std::size_t>;

  bool cuts_the_power() const { return model_ != PersistenceModel::sigkill; }
  bool is_weak() const { return model_ == PersistenceModel::weak; }
  bool forces_data() const {
    return model_ == PersistenceModel::ext4_ordered || model_ == PersistenceModel::fsync_fails;
  }

  void lose(std::size_t operation, DiskLoss::Kind kind = DiskLoss::Kind::gone) {
    if (losses_ == nullptr) return;
    if (losses_->empty() || losses_->back().operation != operation) {
      losses_->push_back({.operation = operation, .kind = kind});
    }
    if (losses_->back().kind != kind || there_ == operation) {
      losses_->back().kind = DiskLoss::Kind::torn;
    }
  }
  // Some of this write is there.
  void has(std::size_t operation) {
    there_ = operation;
    if (losses_ == nullptr || losses_->empty()) return;
    if (losses_->back().operation == operation) losses_->back().kind = DiskLoss::Kind::torn;
  }

  // Journals keep the order of names; whoever has none keeps any of them.
  void keep_names(Names& names) {
    const std::vector<Naming>& namings = replay_.namings_;
    std::size_t durable = 0;
    for (std::size_t i = 0; i < namings.size(); ++i) {
      if (namings[i].durable || !cuts_the_power()) durable = i + 1;
    }
    std::size_t end = namings.size();
    if (cuts_the_power() && !is_weak()) end -= choose_(namings.size() - durable + 1);
    for (std::size_t i = 0; i < namings.size(); ++i) {
      const bool missing = i >= end || (may_be_missing(namings[i]) && choose_(2) == 1);
      if (missing) {
        lose(namings[i].operation);
      } else {
        keep(namings[i], i, names);
      }
    }
  }

  void keep(const Naming& naming, std::size_t position, Names& names) {
    if (naming.cut) cuts_[position] = true;
    if (forces_data() && naming.replaces) {
      forced_[naming.inode] = std::max(forced_[naming.inode], naming.data_before);
    }
    if (!naming.removed.empty()) names.erase(naming.removed);
    if (!naming.added.empty()) names[naming.added] = naming.inode;
  }

  bool may_be_missing(const Naming& naming) const {
    if (!is_weak() || naming.durable) return false;
    return !naming.cut || !replay_.inodes_[naming.inode].changes[*naming.cut].durable;
  }

  bool cut_is_there(std::size_t inode, std::size_t change) const {
    if (replay_.inodes_[inode].changes[change].durable) return true;
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
      const Naming& naming = replay_.namings_[i];
      if (cuts_[i] && naming.inode == inode && naming.cut == change) return true;
    }
    return false;
  }

  std::string contents(std::size_t number) {
    const Inode& inode = replay_.inodes_[number];
    std::string bytes(inode.base);
    for (std::size_t i = 0; i < inode.changes.size(); ++i) {
      const Change& change = inode.changes[i];
      if (!change.cuts) {
        write(bytes, change, change.durable || i < forced_[number]);
      } else if (cut_is_there(number, i)) {
        bytes.clear();
      } else if (!is_weak()) {
        return bytes;  // what came after it has not reached the disk either
      }
    }
    return bytes;
  }

  // There, lost, (weak) of the right size but empty, or torn at a sector.
  void write(std::string& bytes, const Change& change, bool durable) {
    const bool sure = !change.unsure && (durable || !cuts_the_power());
    const std::uint64_t fate = sure ? 0 : choose_(is_weak() ? 4 : 2);
    if (fate == 0) {
      has(change.operation);
    } else {
      lose(change.operation, static_cast<DiskLoss::Kind>(fate - 1));
    }
    if (fate == 1) return;
    std::string_view written = change.bytes;
    if (fate == 3) written = written.substr(0, written.size() / 2 / kSector * kSector);
    if (bytes.size() < change.offset) bytes.resize(change.offset, '\0');
    const std::size_t replaced = std::min(written.size(), bytes.size() - change.offset);
    if (fate == 2) {
      bytes.replace(change.offset, replaced, written.size(), '\0');
    } else {
      bytes.replace(change.offset, replaced, written);
    }
  }

  const DiskReplay& replay_;
  PersistenceModel model_;
  const CrashChoice& choose_;
  std::vector<DiskLoss>* losses_;
  std::vector<std::size_t> forced_;   // by inode: so many of its changes are there for sure
  std::vector<bool> cuts_;            // by naming: a cut to nothing that is there
  std::optional<std::size_t> there_;  // the operation of the latest write that is there
};

Files DiskReplay::after(const CrashChoice& choose, std::vector<DiskLoss>* losses) const {
  return Survey(*this, choose, losses).files();
}

Files files_after_cut(const DiskHistory& history, PersistenceModel model,
                      const CrashChoice& choose) {
  return DiskReplay(history, model, choose).after(choose);
}

}  // namespace trainwreck
