#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "faults/outside/caller.h"
#include "faults/recording/operation.h"

namespace trainwreck::outside {

// An open file of the program, of which we hold a copy: both share the position in the file. It may
// have several numbers in several processes.
struct OpenFile {
  UniqueFd copy;
  dev_t device = 0;
  ino_t inode = 0;
  NodeId file = 0;
  std::string path;
  bool locked = false;
};
using OpenFilePtr = std::shared_ptr<OpenFile>;

// Which descriptor of which process is which open file. A number from kFirstHigh on belongs to one
// open file at a time in all processes together, so that children need not be told apart. Files
// that were closed are kept until `drop_dead` finds that nobody has them: who forked when is not
// known, only who is there.
class OpenFiles {
 public:
  // REQUIRES: all processes of the program are below `keeper`.
  explicit OpenFiles(pid_t keeper) : keeper_(keeper) {}

  // Null where it is none of ours.
  OpenFilePtr find(const Caller& caller, int fd);
  // By the file alone, where it has no number of ours: standard output that was put on a file.
  // Null also where two open files of it cannot be told apart.
  OpenFilePtr find_by_state(const Caller& caller, int fd);

  // Whose number it is, in whatever process.
  OpenFilePtr at(int number) const;
  // A number that nobody has. 0: there is none.
  int free_number(const Caller& caller, int least);
  void put(pid_t pid, int fd, const OpenFilePtr& file);
  void closed(pid_t pid, int first, int last);
  void executed(pid_t pid);
  // The copies of what no process has any more are closed, and with them their locks.
  void drop_dead();
  bool any_locked() const { return locks_; }
  void lock(OpenFile& file);
  bool knows(const struct stat& file) const;

 private:
  using Holder = std::pair<pid_t, int>;

  bool is_free(const Caller& caller, int number) const;
  void find_alive(std::vector<OpenFilePtr>& alive) const;

  pid_t keeper_;
  std::map<int, OpenFilePtr> numbers_;
  std::map<Holder, OpenFilePtr> holders_;
  int next_ = 0;
  std::size_t enough_ = 128;
  bool locks_ = false;
};

}  // namespace trainwreck::outside
