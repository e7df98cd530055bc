#include <csignal>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_sigint(Params&, const BuildContext&) {
  return bend<Operation>(
      sites_of({"callback", "data", "compute", "file_system", "signals"}), When::before,
      [](Operation&, const Strike& strike) { strike.world.deliver_signal(SIGINT); });
}

}  // namespace

FaultEntry sigint() { return {"sigint", "somebody presses Ctrl-C (SIGINT)", &make_sigint}; }

}  // namespace trainwreck::faults
