#include <csignal>

#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_sigint(Params&, const BuildContext&) {
  return strike(sites_of({"callback", "data", "compute", "file_system", "signals"}), When::before,
                [](World& world) { world.deliver_signal(SIGINT); });
}

}  // namespace

FaultEntry sigint() { return {"sigint", "somebody presses Ctrl-C (SIGINT)", &make_sigint}; }

}  // namespace trainwreck::faults
