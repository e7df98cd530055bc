#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "trainwreck/callback.h"

namespace trainwreck {

struct LearningRateSchedulerOptions {
  // The rate of an epoch, from its number and the rate so far.
  std::function<double(std::int64_t epoch, double rate)> schedule = {};
  int verbose = 0;
};

// Sets the learning rate at the beginning of every epoch, and tells the logs at its end.
class LearningRateScheduler final : public Callback {
 public:
  // Throws ValueError when there is no schedule.
  explicit LearningRateScheduler(LearningRateSchedulerOptions options);

  std::string name() const override { return "learning_rate_scheduler"; }
  void on_epoch_begin(Event& event) override;
  void on_epoch_end(Event& event) override;

 private:
  LearningRateSchedulerOptions options_;
};

}  // namespace trainwreck
