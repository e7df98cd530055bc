#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trainwreck {

// Gives up root's rights, but for taking them back with become_root(): from now on permissions
// bind. False where that is not possible; true where there is nothing to give up.
bool become_unprivileged();
void become_root();

// A real directory for the processes of one story, emptied and removed at the end: a folder for
// temporary files, or a file system in memory that nobody else sees. Processes train in its folder
// "run"; beside it is room for what takes their space away.
class ScratchDisk {
 public:
  // `bytes`: a file system of this size (rounded up to pages); absent: a folder. Throws IoError.
  ScratchDisk(const std::map<std::string, std::string>& files, std::optional<std::int64_t> bytes);
  ~ScratchDisk();
  ScratchDisk(const ScratchDisk&) = delete;
  ScratchDisk& operator=(const ScratchDisk&) = delete;

  static bool can_mount();

  // For a child: its current directory from now on.
  void enter() const;
  bool mounted() const { return mounted_; }
  // What is in "run" now: relative path to bytes.
  std::map<std::string, std::string> files() const;
  void lose(const std::vector<std::string>& paths) const;
  // From now on only so much room is left. Only where mounted; throws IoError.
  void leave_room(std::int64_t bytes) const;
  // From now on nothing can be written. Only where mounted, and nothing is open for writing.
  void make_read_only() const;

 private:
  std::string path(const std::string& name) const;

  bool mounted_;
  std::string folder_;  // empty where mounted
  int root_ = -1;       // descriptor of the disk's root
};

}  // namespace trainwreck
