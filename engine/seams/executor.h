#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace trainwreck {

// All threads and all waiting. One monitor: state that tasks share is touched only inside
// `exclusively` or inside a predicate, so a simulated executor can run the tasks one at a time, in
// a chosen order, under virtual time, and see when everybody waits for nobody.
class Executor {
 public:
  using TaskId = std::uint64_t;
  using Deadline = std::optional<std::chrono::nanoseconds>;  // how long from now; nullopt: for ever

  virtual ~Executor() = default;
  // The task must not throw; what can fail inside hands its exception over through shared state.
  virtual TaskId spawn(std::string name, std::function<void()> task) = 0;
  // Runs `action` with the monitor held. No waiting inside.
  virtual void exclusively(const std::function<void()>& action) = 0;
  // Waits until `ready` is true, then runs `action` under the same hold of the monitor. False when
  // the deadline passed first; `action` has not run then.
  virtual bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
                    Deadline deadline) = 0;
  // Something that a predicate reads has changed.
  virtual void notify() = 0;
  virtual void sleep(std::chrono::nanoseconds time) = 0;
  // Waits for the task's end. Every spawned task is joined exactly once.
  virtual void join(TaskId task) = 0;
};

std::unique_ptr<Executor> thread_executor();

}  // namespace trainwreck
