#include <csignal>

#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_second_signal(Params&, const BuildContext&) {
  return strike(sites_of({"callback", "data", "compute", "file_system", "signals"}), When::before,
                [](World& world) {
                  world.deliver_signal(SIGINT);
                  world.deliver_signal(SIGINT);
                });
}

}  // namespace

FaultEntry second_signal() {
  return {"second_signal", "Ctrl-C is pressed twice", &make_second_signal};
}

}  // namespace trainwreck::faults
