#include <map>
#include <mutex>
#include <utility>

#include "engine/base/errors.h"
#include "faults/inject/injector.h"
#include "faults/inject/strand.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

// How many of its waits a task still lives to see.
struct Lifetime {
  std::int64_t waits = 0;
  bool holding = false;
};

// Unwinds a task that dies. No std::exception: user code must not take it for an error.
struct TaskDeath {};

// Only what the loop itself does is offered: what others do has no fixed order. A task's death
// is decided when it is spawned.
class ExecutorShim final : public Executor {
 public:
  ExecutorShim(Executor& executor, Injector& injector)
      : executor_(executor), injector_(injector), loop_(this_strand()) {}

  TaskId spawn(std::string name, std::function<void()> task) override {
    SpawnOperation operation;
    operation.site = Site::executor_spawn;
    operation.detail = name;
    if (on_loop()) injector_.before(operation);
    if (operation.answered) task = [] {};
    if (operation.lives_for) {
      task = mortal({*operation.lives_for, operation.dies_holding}, std::move(task));
    }
    const TaskId id = executor_.spawn(name, std::move(task));
    const std::lock_guard lock(mutex_);
    names_[id] = std::move(name);
    return id;
  }

  void exclusively(const std::function<void()>& action) override {
    if (!on_loop()) die_if_due(true);
    executor_.exclusively(action);
  }

  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override {
    if (!on_loop()) {
      die_if_due(false);
      return executor_.wait(ready, action, deadline);
    }
    TaskOperation operation;
    operation.site = Site::executor_wait;
    operation.time = deadline;
    bool in_time = false;
    injector_.cross(operation, [&] { in_time = executor_.wait(ready, action, operation.time); });
    return in_time;
  }

  void notify() override { executor_.notify(); }

  void sleep(std::chrono::nanoseconds time) override {
    TaskOperation operation;
    operation.site = Site::executor_sleep;
    operation.time = time;
    if (!on_loop()) return executor_.sleep(time);
    injector_.cross(operation, [&] { executor_.sleep(operation.time.value_or(time)); });
  }

  // Also after a death: whoever tears the dead process down needs the tasks to be gone.
  void join(TaskId task) override {
    TaskOperation operation;
    operation.site = Site::executor_join;
    const std::string name = take_name(task);
    operation.detail = name;
    if (!on_loop() || injector_.dead()) return executor_.join(task);
    injector_.cross(operation, [&] { executor_.join(task); });
  }

 private:
  bool on_loop() const { return this_strand() == loop_; }

  std::string take_name(TaskId task) {
    const std::lock_guard lock(mutex_);
    const auto known = names_.extract(task);
    return known ? std::move(known.mapped()) : std::string();
  }

  std::function<void()> mortal(Lifetime lifetime, std::function<void()> task) {
    return [this, lifetime, task = std::move(task)] {
      {
        const std::lock_guard lock(mutex_);
        mortals_[this_strand()] = lifetime;
      }
      try {
        task();
      } catch (const TaskDeath&) {
      }
      const std::lock_guard lock(mutex_);
      mortals_.erase(this_strand());
    };
  }

  void die_if_due(bool holding) {
    const std::lock_guard lock(mutex_);
    const auto mortal = mortals_.find(this_strand());
    if (mortal == mortals_.end() || mortal->second.holding != holding) return;
    if (mortal->second.waits-- <= 0) throw TaskDeath{};
  }

  Executor& executor_;
  Injector& injector_;
  Strand loop_;
  std::mutex mutex_;
  std::map<Strand, Lifetime> mortals_;
  std::map<TaskId, std::string> names_;
};

}  // namespace

std::unique_ptr<Executor> wrap(Executor& executor, Injector& injector) {
  return std::make_unique<ExecutorShim>(executor, injector);
}

}  // namespace trainwreck
