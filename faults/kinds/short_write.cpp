#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_short_write(Params& params, const BuildContext&) {
  const double fraction = params.number("kept_fraction", 0.5, "of its bytes that get through",
                                        {.low = 0.0, .high = 1.0});
  return bend<FileOperation>(
      {Site::file_append}, When::before, [fraction](FileOperation& operation, const Strike&) {
        operation.kept =
            static_cast<std::int64_t>(fraction * static_cast<double>(operation.bytes.size()));
      });
}

}  // namespace

FaultEntry short_write() {
  return {"short_write", "a part of a write gets through, and nobody looks at how much",
          &make_short_write};
}

}  // namespace trainwreck::faults
