#include "engine/seams/executor.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/errors.h"

namespace trainwreck {
namespace {

// Far enough for anybody, near enough that "now + this" does not overflow.
constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(24 * 365);

class ThreadExecutor final : public Executor {
 public:
  ~ThreadExecutor() override {
    TRAINWRECK_CHECK(tasks_.empty(), "every spawned task must be joined");
  }

  TaskId spawn(std::string name, std::function<void()> task) override {
    const std::lock_guard lock(tasks_mutex_);
    try {
      std::thread thread(std::move(task));
      pthread_setname_np(thread.native_handle(), name.substr(0, 15).c_str());
      tasks_.emplace(++last_task_, std::move(thread));
    } catch (const std::system_error& error) {
      throw Error("cannot start the thread " + name + ": " + error.code().message());
    }
    return last_task_;
  }

  void exclusively(const std::function<void()>& action) override {
    const std::lock_guard lock(monitor_);
    action();
  }

  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override {
    std::unique_lock lock(monitor_);
    if (!deadline) {
      changed_.wait(lock, ready);
    } else {
      const auto end = std::chrono::steady_clock::now() + std::min(*deadline, kLongest);
      if (!changed_.wait_until(lock, end, ready)) return false;
    }
    action();
    return true;
  }

  void notify() override { changed_.notify_all(); }

  void sleep(std::chrono::nanoseconds time) override {
    std::this_thread::sleep_for(std::min(time, kLongest));
  }

  void join(TaskId task) override {
    std::thread thread;
    {
      const std::lock_guard lock(tasks_mutex_);
      const auto found = tasks_.find(task);
      TRAINWRECK_CHECK(found != tasks_.end(), "a task is joined exactly once");
      thread = std::move(found->second);
      tasks_.erase(found);
    }
    thread.join();
  }

 private:
  std::mutex monitor_;
  std::condition_variable changed_;
  std::mutex tasks_mutex_;
  std::unordered_map<TaskId, std::thread> tasks_;
  TaskId last_task_ = 0;
};

}  // namespace

std::unique_ptr<Executor> thread_executor() { return std::make_unique<ThreadExecutor>(); }

}  // namespace trainwreck
