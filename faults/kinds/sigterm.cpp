#include <csignal>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_sigterm(Params& params, const BuildContext&) {
  const auto grace = params.maybe_number(
      "grace_seconds", "after that long comes SIGKILL; absent: never", {.low = 0.0, .high = 1e9});
  return bend<Operation>(sites_of({"callback", "data", "compute", "file_system", "signals"}),
                         When::before, [grace](Operation&, const Strike& strike) {
                           strike.world.deliver_signal(SIGTERM);
                           if (!grace) return;
                           const std::chrono::duration<double> seconds(*grace);
                           strike.world.die_in(
                               std::chrono::duration_cast<std::chrono::nanoseconds>(seconds),
                               "SIGKILL");
                         });
}

}  // namespace

FaultEntry sigterm() { return {"sigterm", "the machine is wanted back (SIGTERM)", &make_sigterm}; }

}  // namespace trainwreck::faults
