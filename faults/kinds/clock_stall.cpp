#include <optional>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class Standstill final : public FaultOn<ClockOperation> {
 private:
  void after(ClockOperation& operation, const Strike&) override {
    if (!first_) first_ = operation;
    operation.now = first_->now;
    operation.unix_seconds = first_->unix_seconds;
  }

  std::optional<ClockOperation> first_;
};

std::unique_ptr<Fault> make_clock_stall(Params&, const BuildContext&) {
  return std::make_unique<Standstill>();
}

}  // namespace

FaultEntry clock_stall() {
  return {"clock_stall", "the clock stands still: each reading gives what the first one gave",
          &make_clock_stall};
}

}  // namespace trainwreck::faults
