#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_stalls(Params& params, const BuildContext&) {
  const auto time = read_seconds(params, 10.0, "how long");
  return strike(sites_of({"data"}), When::before,
                [time](World& world) { world.advance_clock(time); });
}

}  // namespace

FaultEntry source_stalls() {
  return {"source_stalls", "the source takes long", &make_source_stalls};
}

}  // namespace trainwreck::faults
