#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_sigkill(Params& params, const BuildContext&) {
  return strike(sites_of({"callback", "data", "compute", "file_system", "signals"}),
                read_when(params), [](World& world) { world.die("SIGKILL"); });
}

}  // namespace

FaultEntry sigkill() {
  return {"sigkill", "the process is killed, without any warning", &make_sigkill};
}

}  // namespace trainwreck::faults
