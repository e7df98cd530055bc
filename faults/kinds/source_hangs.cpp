#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_hangs(Params&, const BuildContext&) {
  return bend<Operation>(sites_of({"data"}), When::before,
                         [](Operation&, const Strike& strike) { strike.world.hang(); });
}

}  // namespace

FaultEntry source_hangs() {
  return {"source_hangs", "the source never answers", &make_source_hangs};
}

}  // namespace trainwreck::faults
