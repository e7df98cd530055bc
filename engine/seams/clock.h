#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace trainwreck {

// Time, so that a run can be told that it stalled or jumped.
class Clock {
 public:
  virtual ~Clock() = default;
  // Since an arbitrary start; never goes back on a real machine.
  virtual std::chrono::nanoseconds now() = 0;
  // The same to within a few milliseconds, where that is cheaper: for deadlines of seconds.
  virtual std::chrono::nanoseconds coarse_now() { return now(); }
  // Seconds since 1970, for files that carry dates.
  virtual double unix_seconds() = 0;
};

std::unique_ptr<Clock> real_clock();

}  // namespace trainwreck
