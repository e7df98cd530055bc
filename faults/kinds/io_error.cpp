#include <cerrno>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_io_error(Params&, const BuildContext&) {
  return fail_files(sites_of<FileOperation>(), EIO);
}

}  // namespace

FaultEntry io_error() { return {"io_error", "the disk fails (EIO)", &make_io_error}; }

}  // namespace trainwreck::faults
