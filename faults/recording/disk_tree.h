#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "faults/recording/recording.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// Files get their numbers here, by what the kernel calls them now. An inode's number is used again
// after its file is gone, ours never.
class NodeNumbers {
 public:
  // A new one, which is what this inode is called from now on.
  NodeId fresh(dev_t device, ino_t inode);
  // 0: it was never seen.
  NodeId of(dev_t device, ino_t inode) const;
  NodeId unnamed() { return ++last_; }

 private:
  std::map<std::pair<dev_t, ino_t>, NodeId> numbers_;
  NodeId last_ = 0;
};

// The folders as they stand, with all bytes in the spool. REQUIRES: real paths of folders.
// Throws IoError.
Tree read_tree(const std::vector<std::string>& folders, Spool& spool, NodeNumbers& numbers);

// Makes what is below `root` in `folder`, which is emptied first. Throws IoError, also where bytes
// are missing because the spool was full.
void put_on_disk(const Tree& tree, NodeId root, const Spool& spool, const std::string& folder);

// Every path, relative to the folder, that is not the same in both: contents, kind, target,
// permissions.
std::vector<std::string> differences(const Tree& tree, NodeId root, const Spool& spool,
                                     const std::string& folder);

// The tree after the first `done` operations and `bytes` bytes of the next one.
Tree tree_after(const Recording& recording, std::size_t done, std::uint64_t bytes = 0);

// A recording proves itself: played back on its start it gives the folders as they are. What is
// named here differs, and every verdict that rests on it is unknown. Empty: proven.
std::vector<std::string> prove(const Recording& recording);

}  // namespace trainwreck::outside
