#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

namespace trainwreck {

// What a process that crashes, or is asked where it waits, leaves in memory that others see. The
// addresses mean the same to whoever forked it.
struct LastWords {
  static constexpr std::size_t kMostFrames = 64;

  std::atomic<int> signal;           // 0: it said nothing
  std::atomic<std::size_t> frames;   // of `stack`
  std::atomic<const void*> touched;  // the address that a bad access was after
  void* stack[kMostFrames];

  void forget() noexcept;
};

// From now on this process leaves its last words there: when it crashes, and when it is asked. What
// a sanitizer listens to is left to the sanitizer. `words` must be in shared memory.
void leave_last_words(LastWords& words);

// The signal at which a process says where it is.
int where_are_you();

// The addresses, the innermost first.
std::vector<const void*> stack_of(const LastWords& words);
// Each as "function at file.cpp:12", what was inlined there on lines of its own; "program(+0x1234)"
// where nobody knows the name. Needs addr2line or llvm-symbolizer for names.
std::vector<std::string> named_frames(const std::vector<const void*>& stack);

}  // namespace trainwreck
