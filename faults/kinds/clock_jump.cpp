#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

class Jump final : public Fault {
 public:
  explicit Jump(std::chrono::nanoseconds time) : time_(time) {}

  std::span<const Site> sites() const override { return kSites; }
  using Fault::before;
  void before(ClockOperation& operation, World& world, const Random&) override {
    world.advance_clock(time_);
    operation.now += time_;
    operation.unix_seconds += std::chrono::duration<double>(time_).count();
  }

 private:
  static constexpr Site kSites[] = {Site::clock_now};
  std::chrono::nanoseconds time_;
};

std::unique_ptr<Fault> make_clock_jump(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 3600.0, "how far");
  return std::make_unique<Jump>(time);
}

}  // namespace

FaultEntry clock_jump() {
  return {"clock_jump", "the clock jumps ahead, or back where negative", &make_clock_jump};
}

}  // namespace trainwreck::faults
