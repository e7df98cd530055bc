#include <cerrno>

#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_read_only(Params&, const BuildContext&) {
  return fail_limited({Site::file_create, Site::file_open_append, Site::file_rename,
                       Site::file_remove, Site::file_make_directory},
                      EROFS, Limit::read_only_disk);
}

}  // namespace

FaultEntry read_only() {
  return {"read_only", "the file system can only be read (EROFS)", &make_read_only};
}

}  // namespace trainwreck::faults
