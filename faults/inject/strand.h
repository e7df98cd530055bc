#pragma once

#include <compare>
#include <thread>

namespace trainwreck {

// Tells flows of control apart where some are threads and some fibers: a std::thread::id alone is
// the same in all fibers of a thread. May be equal to that of one that has ended.
struct Strand {
  std::thread::id thread;
  const void* fiber = nullptr;  // null on a thread's own stack

  // clang-tidy 14 sees a null pointer in every defaulted comparison.
  friend auto operator<=>(const Strand&, const Strand&) = default;  // NOLINT(modernize-use-nullptr)
};

Strand this_strand();

// For who switches stacks: the fiber that this thread is on from now, null for its own stack.
void enter_strand(const void* fiber);

}  // namespace trainwreck
