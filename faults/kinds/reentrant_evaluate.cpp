#include "faults/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make(Params&, const BuildContext&) {
  return bend_hooks(When::before,
                    [](HookOperation&, World& world) { world.call_again(World::Again::evaluate); });
}

}  // namespace

FaultEntry reentrant_evaluate() {
  return {"reentrant_evaluate", "a callback evaluates the model that is being trained", &make};
}

}  // namespace trainwreck::faults
