#pragma once

#include <functional>
#include <memory>

namespace trainwreck {

// One of several flows of control that share a thread: a switch between two costs some ten
// nanoseconds, where a handover between threads costs microseconds and depends on the scheduler.
// Each has its own exceptions in flight, so one may be left inside a catch block or a destructor.
// All fibers that switch to each other belong to the thread that made them.
class Fiber {
 public:
  // The flow that is running, on the stack that is there. It lives as long as that stack does.
  Fiber();
  // A flow with a stack of its own, which begins with the first switch to it. `body` returns who
  // goes on after it, and must not throw: std::terminate is called if it does. Throws
  // std::system_error where there is no memory for a stack.
  explicit Fiber(std::function<Fiber&()> body);
  // One that has begun has ended: nobody else could unwind its stack.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Leaves this one, which must be running, until somebody switches back to it.
  void switch_to(Fiber& next);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace trainwreck
