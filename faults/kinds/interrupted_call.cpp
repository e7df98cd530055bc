#include <cerrno>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_interrupted_call(Params&, const BuildContext&) {
  return fail_files(sites_of<FileOperation>(), EINTR);
}

}  // namespace

FaultEntry interrupted_call() {
  return {"interrupted_call", "a signal interrupts a call, and nobody tries again (EINTR)",
          &make_interrupted_call};
}

}  // namespace trainwreck::faults
