#pragma once

#include <cstdint>
#include <memory>

#include "trainwreck/entry.h"

namespace trainwreck {

// A learning rate as a function of how many steps were committed, and of nothing else: a resumed
// run asks again and must get the same answer. Must not throw. Its optimizer owns it.
class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual float at(std::int64_t iteration) const = 0;
};

using ScheduleEntry = Entry<std::unique_ptr<Schedule>>;
std::span<const ScheduleEntry> builtin_schedules();

}  // namespace trainwreck
