#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_sigkill(Params& params, const BuildContext&) {
  return bend<Operation>(sites_of({"callback", "data", "compute", "file_system", "signals"}),
                         read_when(params),
                         [](Operation&, const Strike& strike) { strike.world.die("SIGKILL"); });
}

}  // namespace

FaultEntry sigkill() {
  return {"sigkill", "the process is killed, without any warning", &make_sigkill};
}

}  // namespace trainwreck::faults
