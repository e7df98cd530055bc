#include <cerrno>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_failing_sync(Params&, const BuildContext&) {
  return fail_files({Site::file_sync, Site::file_sync_directory}, EIO);
}

}  // namespace

FaultEntry failing_sync() {
  return {"failing_sync", "bytes or names cannot be made durable (EIO)", &make_failing_sync};
}

}  // namespace trainwreck::faults
