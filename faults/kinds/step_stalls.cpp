#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_step_stalls(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 10.0, "how long");
  return bend<Operation>(
      sites_of({"compute"}), When::before,
      [time](Operation&, const Strike& strike) { strike.world.advance_clock(time); });
}

}  // namespace

FaultEntry step_stalls() {
  return {"step_stalls", "a part of a step takes long", &make_step_stalls};
}

}  // namespace trainwreck::faults
