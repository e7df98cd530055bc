#pragma once

#include <string>

#include "engine/base/logs.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct TerminateOnNanOptions {
  bool raise_error = false;  // an error instead of a stop, so that on_train_end is no success
};

// Stops the training at the first loss that is NaN or infinite. It sees the running mean of the
// training loss alone, as the logs have it.
class TerminateOnNan final : public Callback {
 public:
  explicit TerminateOnNan(TerminateOnNanOptions options = {}) : options_(options) {}

  std::string name() const override { return "terminate_on_nan"; }
  void on_train_batch_end(Event& event) override;

 private:
  TerminateOnNanOptions options_;
  LogKey loss_{"loss"};
};

}  // namespace trainwreck
