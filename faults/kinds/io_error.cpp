#include <cerrno>

#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_io_error(Params&, const BuildContext&) {
  return fail_files(sites_of({"file_system"}), EIO);
}

}  // namespace

FaultEntry io_error() { return {"io_error", "the disk fails (EIO)", &make_io_error}; }

}  // namespace trainwreck::faults
