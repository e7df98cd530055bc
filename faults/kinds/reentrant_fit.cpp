#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_reentrant_fit(Params&, const BuildContext&) {
  return bend<HookOperation>(When::before, [](HookOperation&, const Strike& strike) {
    strike.world.call_again(World::Again::fit);
  });
}

}  // namespace

FaultEntry reentrant_fit() {
  return {"reentrant_fit", "a callback calls fit on the model that is being trained",
          &make_reentrant_fit};
}

}  // namespace trainwreck::faults
