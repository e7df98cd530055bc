#pragma once

#include <deque>
#include <optional>

#include "engine/seams/signals.h"

namespace trainwreck {

// Signals that somebody delivers by hand.
class SimSignals final : public Signals {
 public:
  std::optional<int> poll() override;
  void deliver(int number) { pending_.push_back(number); }

 private:
  std::deque<int> pending_;
};

}  // namespace trainwreck
