#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_hangs(Params&, const BuildContext&) {
  return bend<HookOperation>(When::before,
                             [](HookOperation&, const Strike& strike) { strike.world.hang(); });
}

}  // namespace

FaultEntry hook_hangs() { return {"hook_hangs", "a callback never returns", &make_hook_hangs}; }

}  // namespace trainwreck::faults
