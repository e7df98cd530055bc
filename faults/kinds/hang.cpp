#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hang(Params&, const BuildContext&) {
  return bend<Operation>(sites_of({"callback", "data", "compute", "file_system", "executor"}),
                         When::before,
                         [](Operation&, const Strike& strike) { strike.world.hang(); });
}

}  // namespace

FaultEntry hang() { return {"hang", "an operation of any kind never ends", &make_hang}; }

}  // namespace trainwreck::faults
