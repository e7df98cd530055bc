#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "faults/outside/caller.h"
#include "faults/outside/listener.h"

namespace trainwreck::outside {

// The folders that are watched, by the names that the kernel gives them.
class WatchedFolders {
 public:
  WatchedFolders() = default;
  // Throws IoError where one of them is no folder.
  explicit WatchedFolders(const std::vector<std::string>& folders);
  const std::vector<std::string>& paths() const { return paths_; }
  bool contain(std::string_view path) const;

 private:
  std::vector<std::string> paths_;
};

// Where a path begins, seen from the caller: its own folder, one of its descriptors, its root.
struct Base {
  UniqueFd folder;   // not needed for a path that begins at the root
  std::string path;  // to be used from there
  int at() const { return folder ? folder.get() : AT_FDCWD; }
};
// False where there is no such folder.
bool base_of(const Caller& caller, int folder_fd, const std::string& path, Base& base);

// A name in a folder, whether or not something has it.
struct Place {
  UniqueFd folder;
  std::string name;  // keeps slashes at its end, which mean something to the kernel
  std::string path;  // the kernel's name of it
  struct stat folder_stat {};

  bool exists(struct stat& found) const;
};
// False where there is no such folder, or the last part is no name ("..", "/"). With `follow`, a
// symbolic link at the end stands for what it points to.
bool place_of(const Caller& caller, int folder_fd, const std::string& path, bool follow,
              Place& place);

// The kernel's name of what one of our own descriptors stands for.
std::string path_of_fd(int fd);

}  // namespace trainwreck::outside
