#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "faults/outside/listener.h"

namespace trainwreck::outside {

// A thread that waits in a system call, seen from outside. All it says is true only as long as the
// call still waits.
class Caller {
 public:
  Caller(const Call& call, pid_t tgid) : call_(call), tgid_(tgid) {}

  const Call& call() const { return call_; }
  pid_t tid() const { return call_.tid; }
  pid_t pid() const { return tgid_; }

  // How many bytes could be read from its memory.
  std::size_t read(std::uint64_t address, std::span<char> into) const;
  // A text that ends with a zero byte; false where there is none such.
  bool read_text(std::uint64_t address, std::string& text) const;
  template <class Value>
  bool read_value(std::uint64_t address, Value& value) const {
    return read(address, {reinterpret_cast<char*>(&value), sizeof value}) == sizeof value;
  }
  // Its memory may not be read: it has made itself invisible (PR_SET_DUMPABLE), so that what is
  // said of it is wrong.
  bool is_hidden() const { return hidden_; }
  bool write(std::uint64_t address, std::span<const char> bytes) const;
  bool read_vector(std::uint64_t address, std::uint64_t count, std::vector<iovec>& vector) const;

  // "/proc/TID/fd/N".
  std::string fd_path(int fd) const;
  bool has_fd(int fd) const;

 private:
  Call call_;
  pid_t tgid_;
  mutable bool hidden_ = false;
};

// What of a process decides how a file is made and whether it may be.
struct Standing {
  pid_t tgid = 0;
  uid_t uid = 0;  // of the file system
  gid_t gid = 0;
  mode_t umask = 0;
};
// From /proc; a tgid of 0 where it is gone.
Standing standing_of(pid_t tid);

// As long as it lives, this thread makes files as the caller would.
class InStandingOf {
 public:
  explicit InStandingOf(const Standing& standing);
  InStandingOf(const InStandingOf&) = delete;
  InStandingOf& operator=(const InStandingOf&) = delete;
  ~InStandingOf();

 private:
  bool changed_ = false;
};

// Where a descriptor of a process is in its file, and how it was opened; false where it is none.
struct FdState {
  std::int64_t position = 0;
  int flags = 0;
};
bool fd_state(pid_t tid, int fd, FdState& state);

// All processes below `root`, without it.
std::vector<pid_t> descendants_of(pid_t root);

}  // namespace trainwreck::outside
