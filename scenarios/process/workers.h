#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "faults/recording/unique_fd.h"

namespace trainwreck {

// What one process does for another: texts in, texts out.
struct WorkerTask {
  // In the process of its own, before anything else: what keeps it from working; empty: nothing.
  std::function<std::string(std::size_t number)> begin{};
  std::function<std::string(const std::string& job)> work{};
  // Here: the next job, nothing when there is none; and what came of one.
  std::function<std::optional<std::string>()> next{};
  std::function<void(const std::string& job, const std::string& answer)> done{};
  // A worker died over it.
  std::function<void(const std::string& job)> lost{};
  // Asked several times a second; true: all workers are ended at once.
  std::function<bool()> is_over{};
};

// Processes that work side by side. Each has one thread and its own view of the file system, which
// threads could not have. However this ends, none of them is left, nor anything that they started.
class Workers {
 public:
  Workers(std::size_t count, const WorkerTask& task) : count_(count), task_(task) {}
  // Returns when all jobs are done. What kept workers from working, if anything did.
  std::vector<std::string> run();

 private:
  struct Worker {
    pid_t pid = 0;
    outside::UniqueFd socket;
    std::string job;
    bool busy = false;
    bool ready = false;
  };

  void start(std::size_t number);
  [[noreturn]] void live(int socket, std::size_t number) const;
  void hear(Worker& worker);
  void give_job(Worker& worker);
  bool any_left() const;
  bool work_off();
  void end_all(bool at_once);

  const std::size_t count_;
  const WorkerTask& task_;
  std::vector<Worker> workers_;
  std::vector<std::string> hindrances_;
};

}  // namespace trainwreck
