#include <cerrno>

#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_interrupted_call(Params&, const BuildContext&) {
  return fail_files(sites_of({"file_system"}), EINTR);
}

}  // namespace

FaultEntry interrupted_call() {
  return {"interrupted_call", "a signal interrupts a call, and nobody tries again (EINTR)",
          &make_interrupted_call};
}

}  // namespace trainwreck::faults
