#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "faults/sim/shared_trace.h"
#include "scenarios/process/last_words.h"

namespace trainwreck {

// What outlives a process: the trace of its run, what it was about, and its last words. Made by
// whoever forks it, in memory that both share.
class BlackBox {
 public:
  BlackBox();  // throws std::bad_alloc
  ~BlackBox();
  BlackBox(const BlackBox&) = delete;
  BlackBox& operator=(const BlackBox&) = delete;

  // In the process: its crashes are noted down from now on, and it says where it is when asked.
  void listen() noexcept;
  // In the process: another run begins, which is this one ("the same story without a strike").
  // What was noted of the one before is forgotten.
  void begin(std::string_view doing) noexcept;
  // The same, and nothing is forgotten.
  void go_on_to(std::string_view doing) noexcept;

  SharedTrace& trace() { return trace_; }
  const SharedTrace& trace() const { return trace_; }
  std::string doing() const;
  LastWords& words() { return shared_->words; }
  std::vector<const void*> stack() const { return stack_of(shared_->words); }
  // In the parent, of a process that has this box and still lives: asks it for its stack, and waits
  // for the answer for a while.
  void ask(int process) noexcept;

 private:
  struct Shared {
    LastWords words;
    char doing[64];
  };

  SharedTrace trace_;
  Shared* shared_;
};

}  // namespace trainwreck
