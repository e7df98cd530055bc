#include <cerrno>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_read_error(Params& params, const BuildContext&) {
  const auto fraction = params.maybe_number(
      "kept_fraction", "what is read all the same, without an error; absent: none, with EIO",
      {.low = 0.0, .high = 1.0});
  if (!fraction) return fail_files({Site::file_read}, EIO);
  return bend<FileOperation>({Site::file_read}, When::after,
                             [fraction](FileOperation& operation, const Strike&) {
                               const auto size = static_cast<double>(operation.bytes.size());
                               operation.bytes.resize(static_cast<std::size_t>(*fraction * size));
                             });
}

}  // namespace

FaultEntry read_error() {
  return {"read_error", "a file cannot be read to its end", &make_read_error};
}

}  // namespace trainwreck::faults
