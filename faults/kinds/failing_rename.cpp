#include <array>
#include <cerrno>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_failing_rename(Params& params, const BuildContext&) {
  constexpr std::array<std::string_view, 3> kNames{"EIO", "EXDEV", "EBUSY"};
  constexpr std::array<int, 3> kErrors{EIO, EXDEV, EBUSY};
  return fail_files({Site::file_rename},
                    kErrors[params.choice("error", kNames, 0, "what it fails with")]);
}

}  // namespace

FaultEntry failing_rename() {
  return {"failing_rename", "a file cannot get its new name", &make_failing_rename};
}

}  // namespace trainwreck::faults
