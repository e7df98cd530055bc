#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <string>

#include "faults/outside/decision.h"
#include "scenarios/points/points.h"
#include "scenarios/points/workplace.h"

namespace trainwreck::campaign {

// Whether somebody has asked this process to stop, by SIGINT or SIGTERM.
bool is_interrupted();

// As long as it lives, the first such signal is only noted; the second is as always.
class InterruptWatch {
 public:
  InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  ~InterruptWatch();

 private:
  struct sigaction before_[2]{};
};

// When a run has done enough.
struct Enough {
  enum class Now : std::uint8_t { no, at_the_next_file, yes };
  std::string until{};  // a line of output that holds this
  // Asked when a file is complete, by its name relative to the folder.
  std::function<Now(const std::string& name)> completed{};
  std::string timezone{};  // where it runs
};

// As Workplace::run; a run that has done enough is ended by us, and that is well.
Run run_watched(const Workplace& workplace, outside::Strategy& strategy,
                std::chrono::milliseconds timeout, const Enough& enough);

// Lets everything through and finds out which signals the program catches, and whether it has
// children.
class LookAtTraits final : public outside::Strategy {
 public:
  outside::Decision decide(const outside::Crossing& crossing) override;
  const Traits& traits() const { return traits_; }

 private:
  Traits traits_;
  pid_t first_ = 0;
};

// A disk that takes its time: everything that changes the folders comes late.
class SlowDisk final : public outside::Strategy {
 public:
  explicit SlowDisk(std::chrono::nanoseconds delay) : delay_(delay) {}
  outside::Decision decide(const outside::Crossing& crossing) override;

 private:
  std::chrono::nanoseconds delay_;
};

}  // namespace trainwreck::campaign
