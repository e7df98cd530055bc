#pragma once

#include <cstddef>
#include <cstdint>

namespace trainwreck::values {

// What reading one file may cost. A file is written by anybody, a fault may have cut or bent it,
// and some are made to exhaust who reads them; beyond these it is refused with a reason. Work is
// counted and not timed, so that a verdict does not depend on the machine; all but what a library
// does that is not ours.
struct Limits {
  std::size_t nodes = 10'000'000;                // values in the tree
  std::uint64_t unpacked_bytes = 4'000'000'000;  // what is unpacked or put in order, together
  std::uint64_t steps = 1'000'000'000;           // operations, and 64 bytes each of copied data
  int depth = 200;                               // nested JSON
  int archives = 4;                              // files within files
  unsigned library_cpu_seconds = 60;             // of one HDF5 file
};

// What is left of the limits of one file. Each call throws FormatError when it is not enough.
class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits) {}
  void spend_steps(std::uint64_t count);
  // Also spends the steps that it takes to make these bytes.
  void spend_bytes(std::uint64_t count);
  std::uint64_t bytes_left() const { return limits_.unpacked_bytes - bytes_; }

 private:
  Limits limits_;
  std::uint64_t steps_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace trainwreck::values
