#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

#include "faults/recording/unique_fd.h"

namespace trainwreck::outside {

// A system call that waits for an answer.
struct Call {
  std::uint64_t id = 0;
  pid_t tid = 0;
  int number = 0;
  std::array<std::uint64_t, 6> args{};

  int fd(std::size_t arg) const { return static_cast<int>(args[arg]); }
};

// The kernel's side of a filter that asks. One thread uses it. Answers are false where nobody waits
// any more: the process was killed meanwhile.
class Listener {
 public:
  explicit Listener(UniqueFd fd);

  int fd() const { return fd_.get(); }
  // False: it was withdrawn before it could be read.
  bool receive(Call& call);
  bool still_waits(const Call& call) const;
  bool answer(const Call& call, std::int64_t value);  // negative: an errno
  bool let_through(const Call& call);
  // Puts our descriptor into the process at this number and answers with the number. 0, or an
  // errno; with ENOENT nobody waits any more.
  int answer_with_fd(const Call& call, int fd, int number, bool close_on_exec);

 private:
  UniqueFd fd_;
};

}  // namespace trainwreck::outside
