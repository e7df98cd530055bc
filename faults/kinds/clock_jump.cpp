#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_clock_jump(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 3600.0, "how far");
  return bend<ClockOperation>(When::before, [time](ClockOperation&, const Strike& strike) {
    strike.world.advance_clock(time);
  });
}

}  // namespace

FaultEntry clock_jump() {
  return {"clock_jump", "the clock jumps ahead, or back where negative", &make_clock_jump};
}

}  // namespace trainwreck::faults
