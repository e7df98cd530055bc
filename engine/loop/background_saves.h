#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/seams/executor.h"
#include "engine/seams/memory_budget.h"

namespace trainwreck {

// Saves that go on while the training does, each on a task of the executor, one at a time. There
// are two buffers, the model that is trained and the snapshot that is written: who wants to save
// waits until the snapshot is free.
class BackgroundSaves {
 public:
  struct Save {
    const void* owner = nullptr;  // will ask for the failure
    std::string callback;         // the owner's name
    std::unique_ptr<Reservation> memory;
    std::function<void()> write;  // on the task: touches nothing of the run but the snapshot
    std::function<void(bool worked)> settle;  // in the loop, when that has ended
  };
  struct Failure {
    const void* owner = nullptr;
    std::string callback;
    std::exception_ptr error;
  };

  explicit BackgroundSaves(Executor& executor) : executor_(executor) {}
  // A save that nobody waited for is still finished, but nobody hears of it.
  ~BackgroundSaves();
  BackgroundSaves(const BackgroundSaves&) = delete;
  BackgroundSaves& operator=(const BackgroundSaves&) = delete;

  // For the next save to fill in, once the one before is finished; its memory is kept.
  Checkpoint& snapshot() { return snapshot_; }
  // The one before must be finished. Throws where no task can be started.
  void begin(Save save);
  // Settles the save that is under way if it has ended.
  void look();
  // Waits for it.
  void finish();
  // What a save of this owner failed with, once.
  std::optional<Failure> take_failure(const void* owner);
  // All that nobody has asked for.
  std::vector<Failure> take_failures();

 private:
  void work();
  void settle();

  Executor& executor_;
  Checkpoint snapshot_;
  std::optional<Save> save_;  // under way
  Executor::TaskId task_ = 0;
  bool ended_ = false;  // under the executor's monitor, with `error_`
  std::exception_ptr error_;
  std::vector<Failure> failures_;
};

}  // namespace trainwreck
