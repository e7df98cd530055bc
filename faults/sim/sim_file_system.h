#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/seams/file_system.h"

namespace trainwreck {

// One thing that was done to the disk, in order: what survives a power cut is decided from this
// list.
struct DiskOperation {
  enum class Kind : std::uint8_t {
    create,
    append,
    sync,
    rename,
    remove,
    make_directory,
    remove_directory,
    sync_directory
  };
  Kind kind{};
  std::string path{};
  std::string to{};     // rename
  std::string bytes{};  // append
  std::int64_t offset = 0;
  bool failed = false;  // sync: it said so, and what it was for may be lost
};

// A disk in memory. Relative paths and absolute ones are names like any others; directories exist
// when they were made or hold something.
class SimFileSystem final : public FileSystem {
 public:
  using Files = std::map<std::string, std::string>;

  explicit SimFileSystem(Files files = {}, std::int64_t capacity = kNoLimit);

  std::unique_ptr<WritableFile> create(const std::string& path) override;
  std::unique_ptr<WritableFile> open_append(const std::string& path) override;
  std::string read(const std::string& path) override;
  bool exists(const std::string& path) override;
  bool is_directory(const std::string& path) override;
  std::int64_t size(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void make_directory(const std::string& path) override;
  void remove_directory(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  void sync_directory(const std::string& path) override;
  std::int64_t free_bytes(const std::string& path) override;

  const Files& files() const { return files_; }
  // Another disk state in place of this one, e.g. what a power cut left; the list begins anew, and
  // a frozen disk works again.
  void replace(Files files);
  // What was there when the list began.
  const Files& start() const { return start_; }
  const std::vector<DiskOperation>& operations() const { return operations_; }
  std::int64_t open_files() const { return open_files_; }
  // The nth sync of a file from now on (from 0) fails, as one does on a disk with bad sectors.
  void fail_sync(std::int64_t nth) { syncs_until_failure_ = nth; }
  // Nothing has any effect from now on: the process is dead, its destructors still run.
  void freeze() { frozen_ = true; }

  static constexpr std::int64_t kNoLimit = INT64_MAX;

 private:
  class Writer;

  void need_parent(const std::string& operation, const std::string& path);
  void make_room(const std::string& path, std::int64_t bytes);
  void log(DiskOperation operation);
  void sync(const std::string& path);

  Files files_;
  Files start_;
  std::set<std::string> directories_;
  std::vector<DiskOperation> operations_;
  std::int64_t capacity_;
  std::int64_t used_ = 0;
  std::int64_t open_files_ = 0;
  std::int64_t syncs_until_failure_ = -1;  // below 0: none fails
  bool frozen_ = false;
};

}  // namespace trainwreck
