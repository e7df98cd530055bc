#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_stalls(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 10.0, "how long");
  return bend_hooks(When::before,
                    [time](HookOperation&, World& world) { world.advance_clock(time); });
}

}  // namespace

FaultEntry hook_stalls() { return {"hook_stalls", "a callback takes long", &make_hook_stalls}; }

}  // namespace trainwreck::faults
