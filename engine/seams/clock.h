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
  // Seconds since 1970, for files that carry dates.
  virtual double unix_seconds() = 0;
};

std::unique_ptr<Clock> real_clock();

}  // namespace trainwreck
