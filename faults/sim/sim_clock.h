#pragma once

#include <chrono>

#include "engine/seams/clock.h"

namespace trainwreck {

// Virtual time: it stands still unless somebody moves it.
class SimClock final : public Clock {
 public:
  std::chrono::nanoseconds now() override { return now_; }
  double unix_seconds() override;
  void advance(std::chrono::nanoseconds time) { now_ += time; }

 private:
  std::chrono::nanoseconds now_{0};
};

}  // namespace trainwreck
