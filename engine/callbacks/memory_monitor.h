#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "trainwreck/callback.h"

namespace trainwreck {

struct MemoryMonitorOptions {
  std::optional<std::int64_t> limit_bytes =
      {};                // of the run's memory budget: more is told, once a run
  bool stop = false;     // and ends the training
  bool process = false;  // also look at the process's resident memory
};

// Watches the memory that the run accounts for. A record per epoch, failed ones too: those are the
// ones that somebody will want to see.
class MemoryMonitor final : public Callback {
 public:
  struct Record {
    std::int64_t epoch = 0;
    std::int64_t in_use = 0;     // at the end of the epoch
    std::int64_t peak = 0;       // since the budget was made
    std::int64_t resident = -1;  // of the process, by the system; -1: not asked for or not known
  };

  explicit MemoryMonitor(MemoryMonitorOptions options = {}) : options_(options) {}

  std::string name() const override { return "memory_monitor"; }
  bool essential() const override { return false; }

  void on_train_begin(Event& event) override;
  void on_train_batch_end(Event& event) override;
  void on_epoch_end(Event& event) override;

  const std::vector<Record>& records() const { return records_; }

 private:
  void compare(Event& event, std::int64_t peak);

  MemoryMonitorOptions options_;
  std::vector<Record> records_;
  std::int64_t threshold_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace trainwreck
