#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/base/errors.h"
#include "engine/seams/executor.h"

namespace trainwreck::testing {

// Tasks that run in the thread that made them, as late as they are told to: at the given look for
// their outcome (0: at once), or when they are joined. So every timing can be tried.
class LazyExecutor final : public Executor {
 public:
  explicit LazyExecutor(int looks) : looks_(looks) {}

  bool refuses = false;      // no task can be started
  bool loses_tasks = false;  // a task ends before it did anything
  int most_at_once = 0;

  TaskId spawn(std::string name, std::function<void()> task) override {
    if (refuses) throw Error("cannot start the thread " + name);
    const TaskId id = ++last_;
    tasks_[id] = {std::move(task), looks_};
    most_at_once = std::max(most_at_once, static_cast<int>(tasks_.size()));
    if (looks_ == 0) run(tasks_[id]);
    return id;
  }
  void exclusively(const std::function<void()>& action) override {
    if (!running_) {
      for (auto& [id, task] : tasks_) {
        if (--task.looks == 0) run(task);
      }
    }
    action();
  }
  bool wait(const std::function<bool()>&, const std::function<void()>&, Deadline) override {
    throw StateError("nobody waits here");
  }
  void notify() override {}
  void sleep(std::chrono::nanoseconds) override {}
  void join(TaskId id) override {
    run(tasks_.at(id));
    tasks_.erase(id);
  }

 private:
  struct Task {
    std::function<void()> work;
    int looks = 0;
  };
  void run(Task& task) {
    running_ = true;
    if (const auto work = std::exchange(task.work, nullptr); work && !loses_tasks) work();
    running_ = false;
  }

  int looks_;
  TaskId last_ = 0;
  std::map<TaskId, Task> tasks_;
  bool running_ = false;
};

}  // namespace trainwreck::testing
