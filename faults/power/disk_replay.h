#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/power/persistence.h"
#include "faults/sim/sim_file_system.h"

namespace trainwreck {

// What happened to the disk since its state was `start`, and the operation that the cut interrupts,
// where there is one. The operations must outlive whoever replays them.
struct DiskHistory {
  const SimFileSystem::Files& start;
  std::span<const DiskOperation> done;
  const DiskOperation* in_flight = nullptr;
};

// How an operation that had returned is missing from the disk.
struct DiskLoss {
  enum class Kind : std::uint8_t { gone, zeros, torn };
  std::size_t operation = 0;  // its place in the history
  Kind kind = Kind::gone;     // torn: in more than one way, or in a part alone
};

// A history taken apart into the changes that reach the disk each by itself: names, and pieces of
// contents. Syncs have made some of them durable; of the others a cut keeps what the model allows.
class DiskReplay {
 public:
  // `choose` decides how far the operation in flight came.
  DiskReplay(const DiskHistory& history, PersistenceModel model, const CrashChoice& choose);

  // One legal state of the disk after the power went (or the process was killed). `losses`, where
  // given, receives what is missing of what was done.
  SimFileSystem::Files after(const CrashChoice& choose,
                             std::vector<DiskLoss>* losses = nullptr) const;

 private:
  // Bytes at an offset, or (`cuts`) everything gone.
  struct Change {
    std::size_t operation = 0;
    std::string_view bytes{};
    std::size_t offset = 0;
    bool cuts = false;
    bool durable = false;
    bool unsure = false;  // a sync failed: it may be lost whatever a later one says
  };
  // A file, whatever it is called: what it held when the history began, and what was done to it.
  struct Inode {
    std::string_view base{};
    std::vector<Change> changes{};
  };
  // `added` now means the inode (unless empty), `removed` means nothing. Cutting a file to nothing
  // is written down in the same place: `cut` says which of the inode's changes that is.
  struct Naming {
    std::size_t operation = 0;
    std::string added{};
    std::string removed{};
    std::size_t inode = 0;
    bool replaces = false;
    std::size_t data_before = 0;  // changes of the inode that were there when it was renamed
    std::optional<std::size_t> cut{};
    bool durable = false;
  };
  class Survey;

  void apply(const DiskOperation& operation);
  void apply_torn(const DiskOperation& operation, const CrashChoice& choose);
  void create(const std::string& path);
  void append(const DiskOperation& operation, std::size_t size);
  void sync(const DiskOperation& operation);
  void rename(const DiskOperation& operation);
  void remove(const std::string& path);
  void remove_below(const std::string& directory);
  void sync_directory(const std::string& directory);
  void names_are_durable();

  PersistenceModel model_;
  std::vector<Inode> inodes_;
  std::map<std::string, std::size_t, std::less<>> start_;
  std::map<std::string, std::size_t, std::less<>> live_;
  std::vector<Naming> namings_;
  std::size_t operation_ = 0;  // the one that is being replayed
};

SimFileSystem::Files files_after_cut(const DiskHistory& history, PersistenceModel model,
                                     const CrashChoice& choose);

}  // namespace trainwreck
