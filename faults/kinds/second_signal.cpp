#include <csignal>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_second_signal(Params&, const BuildContext&) {
  return bend<Operation>(sites_of({"callback", "data", "compute", "file_system", "signals"}),
                         When::before, [](Operation&, const Strike& strike) {
                           strike.world.deliver_signal(SIGINT);
                           strike.world.deliver_signal(SIGINT);
                         });
}

}  // namespace

FaultEntry second_signal() {
  return {"second_signal", "Ctrl-C is pressed twice", &make_second_signal};
}

}  // namespace trainwreck::faults
