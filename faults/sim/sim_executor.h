#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/seams/executor.h"

namespace trainwreck {

class SimClock;

// Everybody waits, and no deadline is left that could wake anybody. Names the waiters.
struct Deadlock final : Timeout {
  using Timeout::Timeout;
};

// Tasks that take turns: one runs at a time, in an order that the seed decides at every spawn,
// wait, notification and end, so a run can be done again exactly. Time is the clock's, which jumps
// to the next deadline when nobody can go on. A Deadlock is thrown where the loop's thread (the one
// that made the executor) waits; by then the other tasks have been ended.
class SimExecutor final : public Executor {
 public:
  SimExecutor(SimClock& clock, std::uint64_t seed);
  ~SimExecutor() override;  // ends tasks that nobody joined

  TaskId spawn(std::string name, std::function<void()> task) override;
  void exclusively(const std::function<void()>& action) override;
  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override;
  void notify() override;
  void sleep(std::chrono::nanoseconds time) override;
  void join(TaskId task) override;

  // Tasks that were spawned and not joined.
  std::int64_t tasks() const;

 private:
  class Turns;
  std::unique_ptr<Turns> turns_;
};

}  // namespace trainwreck
