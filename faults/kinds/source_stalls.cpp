#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_stalls(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 10.0, "how long");
  return bend<Operation>(
      sites_of({"data"}), When::before,
      [time](Operation&, const Strike& strike) { strike.world.advance_clock(time); });
}

}  // namespace

FaultEntry source_stalls() {
  return {"source_stalls", "the source takes long", &make_source_stalls};
}

}  // namespace trainwreck::faults
