#include <cerrno>

#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_access_denied(Params&, const BuildContext&) {
  return fail_limited(
      {Site::file_create, Site::file_open_append, Site::file_read, Site::file_rename,
       Site::file_remove, Site::file_make_directory, Site::file_list},
      EACCES, Limit::directory);
}

}  // namespace

FaultEntry access_denied() {
  return {"access_denied", "permission is denied (EACCES)", &make_access_denied};
}

}  // namespace trainwreck::faults
