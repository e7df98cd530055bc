#include "faults/persistence.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

using Kind = DiskOperation::Kind;
using Files = SimFileSystem::Files;

constexpr std::array<std::string_view, 5> kNames{"sigkill", "ext4_ordered", "ordered_noalloc",
                                                 "weak", "fsync_fails"};
constexpr std::array<std::string_view, 5> kHelp{
    "the process is killed, the disk is not: all that was written is there",
    "ext4 as it comes: names in order, a replaced file's data before its new name",
    "names in order, but a new name may overtake its data",
    "names and data in any order, sizes without contents, torn sectors",
    "as ext4_ordered, but a sync of a file may have lost what it should have kept"};
constexpr std::size_t kSector = 512;

// A change of one file's contents: bytes at an offset, or (`cuts`) everything gone.
struct Change {
  std::string_view bytes;
  std::size_t offset = 0;
  bool cuts = false;
  bool durable = false;
  bool lost = false;  // by a sync that failed
};

// A file, whatever it is called.
struct Inode {
  std::string base;  // what it held when the history began
  std::vector<Change> changes;
};
using InodePtr = std::shared_ptr<Inode>;

// A change of names: `added` now means `inode` (unless null), `removed` means nothing. Cutting a
// file to nothing is written down in the same place: `cut` says which of the inode's changes that
// is.
struct Naming {
  std::string added;
  std::string removed;
  InodePtr inode;
  bool replaces = false;
  std::size_t data_before = 0;  // changes of the inode that were there when it was renamed
  std::optional<std::size_t> cut;
  bool durable = false;
};

// Replays the history into changes of names and of contents, and marks what syncs made durable.
class Replay {
 public:
  Replay(const DiskHistory& history, PersistenceModel model, const CrashChoice& choose)
      : model_(model), choose_(choose) {
    for (const auto& [path, bytes] : history.start) {
      auto inode = std::make_shared<Inode>();
      inode->base = bytes;
      start_[path] = live_[path] = std::move(inode);
    }
    for (const DiskOperation& operation : history.done) apply(operation);
    if (history.in_flight != nullptr) apply_torn(*history.in_flight);
  }

  Files after() {
    std::map<std::string, InodePtr> names = start_;
    for (const Naming* naming : surviving_names()) {
      if (!naming->removed.empty()) names.erase(naming->removed);
      if (!naming->added.empty()) names[naming->added] = naming->inode;
    }
    Files files;
    for (const auto& [path, inode] : names) files[path] = contents(*inode);
    return files;
  }

 private:
  void apply(const DiskOperation& operation) {
    switch (operation.kind) {
      case Kind::create:
        return create(operation.path);
      case Kind::append:
        return append(operation, operation.bytes.size());
      case Kind::sync:
        return sync(operation.path);
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
  void apply_torn(const DiskOperation& operation) {
    if (operation.kind != Kind::append) {
      if (choose_(2) == 1) apply(operation);
      return;
    }
    const std::size_t size = operation.bytes.size();
    std::vector<std::size_t> cuts{0, std::min<std::size_t>(1, size), size / 2,
                                  size - std::min<std::size_t>(1, size), size};
    for (std::size_t sector = kSector; sector < size && cuts.size() < 16; sector += kSector) {
      cuts.push_back(sector);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    append(operation, cuts[choose_(cuts.size())]);
  }

  void create(const std::string& path) {
    if (const auto known = live_.find(path); known != live_.end()) {
      std::vector<Change>& changes = known->second->changes;
      changes.push_back({.cuts = true});
      namings_.push_back({.inode = known->second, .cut = changes.size() - 1});
      return;
    }
    live_[path] = std::make_shared<Inode>();
    namings_.push_back({.added = path, .inode = live_[path]});
  }

  void append(const DiskOperation& operation, std::size_t size) {
    if (!live_.contains(operation.path)) create(operation.path);
    live_[operation.path]->changes.push_back(
        {.bytes = std::string_view(operation.bytes).substr(0, size),
         .offset = static_cast<std::size_t>(operation.offset)});
  }

  void rename(const DiskOperation& operation) {
    const auto from = live_.find(operation.path);
    if (from == live_.end()) return;
    const InodePtr inode = from->second;
    namings_.push_back({.added = operation.to,
                        .removed = operation.path,
                        .inode = inode,
                        .replaces = live_.contains(operation.to),
                        .data_before = inode->changes.size()});
    live_.erase(from);
    live_[operation.to] = inode;
  }

  void remove(const std::string& path) {
    live_.erase(path);
    namings_.push_back({.removed = path});
  }

  void remove_below(const std::string& directory) {
    std::vector<std::string> paths;
    for (const auto& [path, inode] : live_) {
      if (path.starts_with(directory + "/")) paths.push_back(path);
    }
    for (const std::string& path : paths) remove(path);
  }

  // A journal writes all names up to now together with the file.
  void sync(const std::string& path) {
    const auto file = live_.find(path);
    if (file == live_.end()) return;
    const bool fails = model_ == PersistenceModel::fsync_fails && choose_(2) == 1;
    for (Change& change : file->second->changes) {
      if (fails && !change.durable && !change.cuts) change.lost = true;
      change.durable = true;
    }
    if (model_ != PersistenceModel::weak) names_are_durable();
  }

  void sync_directory(const std::string& directory) {
    if (model_ != PersistenceModel::weak) return names_are_durable();
    for (Naming& naming : namings_) {
      const std::string& name = naming.added.empty() ? naming.removed : naming.added;
      if (directory_of(name) == directory) naming.durable = true;
    }
  }

  void names_are_durable() {
    for (Naming& naming : namings_) naming.durable = true;
  }

  bool cuts_the_power() const { return model_ != PersistenceModel::sigkill; }

  // Journals keep the order of names; whoever has none keeps any of them.
  std::vector<const Naming*> surviving_names() {
    std::vector<const Naming*> kept;
    std::size_t durable = 0;
    for (std::size_t i = 0; i < namings_.size(); ++i) {
      if (namings_[i].durable || !cuts_the_power()) durable = i + 1;
    }
    std::size_t end = namings_.size();
    if (cuts_the_power() && model_ != PersistenceModel::weak) {
      end = durable + choose_(namings_.size() - durable + 1);
    }
    for (std::size_t i = 0; i < end; ++i) {
      Naming& naming = namings_[i];
      if (may_be_missing(naming) && choose_(2) == 0) continue;
      if (naming.cut) naming.inode->changes[*naming.cut].durable = true;
      if (forces_data() && naming.replaces) make_durable(*naming.inode, naming.data_before);
      kept.push_back(&naming);
    }
    return kept;
  }

  bool may_be_missing(const Naming& naming) const {
    if (model_ != PersistenceModel::weak || naming.durable) return false;
    return !naming.cut || !naming.inode->changes[*naming.cut].durable;
  }

  bool forces_data() const {
    return model_ == PersistenceModel::ext4_ordered || model_ == PersistenceModel::fsync_fails;
  }

  static void make_durable(Inode& inode, std::size_t changes) {
    for (std::size_t i = 0; i < changes; ++i) inode.changes[i].durable = true;
  }

  std::string contents(const Inode& inode) {
    std::string bytes = inode.base;
    for (const Change& change : inode.changes) {
      if (!change.cuts) {
        write(bytes, change);
      } else if (change.durable) {
        bytes.clear();
      } else if (model_ != PersistenceModel::weak) {
        return bytes;  // what came after it has not reached the disk either
      }
    }
    return bytes;
  }

  void write(std::string& bytes, const Change& change) {
    if (change.lost) return;
    const bool whole = !cuts_the_power() || change.durable;
    const bool weak = model_ == PersistenceModel::weak;
    // Lost, there, (weak) of the right size but empty, or torn at a sector.
    const std::uint64_t fate = whole ? 1 : choose_(weak ? 4 : 2);
    if (fate == 0) return;
    std::string written(change.bytes);
    if (fate == 2) written.assign(written.size(), '\0');
    if (fate == 3) written.resize(written.size() / 2 / kSector * kSector);
    if (bytes.size() < change.offset) bytes.resize(change.offset, '\0');
    bytes.replace(change.offset, std::min(written.size(), bytes.size() - change.offset), written);
  }

  PersistenceModel model_;
  const CrashChoice& choose_;
  std::map<std::string, InodePtr> start_;
  std::map<std::string, InodePtr> live_;
  std::vector<Naming> namings_;
};

}  // namespace

std::string_view name_of(PersistenceModel model) { return kNames[static_cast<std::size_t>(model)]; }
std::string_view help_of(PersistenceModel model) { return kHelp[static_cast<std::size_t>(model)]; }
std::span<const std::string_view> persistence_models() { return kNames; }

std::optional<PersistenceModel> persistence_model_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<PersistenceModel>(found - kNames.begin());
}

CrashChoice random_choice(const Random& random) {
  return [random, draw = std::uint64_t{0}](std::uint64_t options) mutable {
    return random.below(draw++, options);
  };
}

CrashChoice EveryChoice::choice() {
  asked_ = 0;
  return [this](std::uint64_t options) {
    if (asked_ == answers_.size()) answers_.push_back({.taken = 0, .options = options});
    return answers_[asked_++].taken;
  };
}

bool EveryChoice::next() {
  while (!answers_.empty() && answers_.back().taken + 1 == answers_.back().options) {
    answers_.pop_back();
  }
  if (answers_.empty()) return false;
  ++answers_.back().taken;
  return true;
}

Files files_after_cut(const DiskHistory& history, PersistenceModel model,
                      const CrashChoice& choose) {
  return Replay(history, model, choose).after();
}

}  // namespace trainwreck
