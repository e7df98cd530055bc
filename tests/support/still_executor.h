#pragma once

#include <string>
#include <utility>

#include "engine/seams/executor.h"

namespace trainwreck::testing {

// Real threads under a time that stands still: a deadline never comes until the test lets them all
// come, and then it comes at once. So no test waits, and none depends on how busy the machine is.
class StillExecutor final : public Executor {
 public:
  void let_deadlines_come(bool come) {
    real_->exclusively([&] { come_ = come; });
    real_->notify();
  }

  TaskId spawn(std::string name, std::function<void()> task) override {
    return real_->spawn(std::move(name), std::move(task));
  }
  void exclusively(const std::function<void()>& action) override { real_->exclusively(action); }
  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override {
    bool in_time = true;
    real_->wait(
        [&] {
          in_time = ready();
          return in_time || (deadline && come_);
        },
        [&] {
          if (in_time) action();
        },
        std::nullopt);
    return in_time;
  }
  void notify() override { real_->notify(); }
  void sleep(std::chrono::nanoseconds /*time*/) override {}
  void join(TaskId task) override { real_->join(task); }

 private:
  std::unique_ptr<Executor> real_ = thread_executor();
  bool come_ = false;
};

}  // namespace trainwreck::testing
