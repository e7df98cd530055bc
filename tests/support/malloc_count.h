#pragma once

#include <cstdint>

namespace trainwreck::testing {

// Counts what this thread asks of the heap while it lives: malloc and its kin, so also operator new
// and whatever libraries do. A program that links malloc_count.cpp has its malloc replaced.
class AllocationCount {
 public:
  AllocationCount();
  std::int64_t so_far() const;

  // False where a sanitizer has malloc to itself; nothing is counted then.
  static bool works();

 private:
  std::int64_t before_;
};

}  // namespace trainwreck::testing
