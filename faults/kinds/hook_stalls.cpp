#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_stalls(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 10.0, "how long");
  return bend<HookOperation>(When::before, [time](HookOperation&, const Strike& strike) {
    strike.world.advance_clock(time);
  });
}

}  // namespace

FaultEntry hook_stalls() { return {"hook_stalls", "a callback takes long", &make_hook_stalls}; }

}  // namespace trainwreck::faults
