#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_abort(Params& params, const BuildContext&) {
  return bend<Operation>(sites_of({"callback", "data", "compute", "file_system", "signals"}),
                         read_when(params),
                         [](Operation&, const Strike& strike) { strike.world.die("SIGABRT"); });
}

}  // namespace

FaultEntry abort() { return {"abort", "the process aborts", &make_abort}; }

}  // namespace trainwreck::faults
