#include <algorithm>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_length_lies(Params& params, const BuildContext&) {
  const std::int64_t by = params.integer("by", 1, "more, or fewer where negative");
  const bool changes = params.flag("changes", false, "so many more at each strike");
  return bend<SourceOperation>(
      {Site::source_length}, When::after,
      [by, changes, lie = std::int64_t{0}](SourceOperation& operation, const Strike&) mutable {
        lie = changes ? lie + by : by;
        if (!operation.length) return;
        operation.length = std::max<std::int64_t>(0, *operation.length + lie);
      });
}

}  // namespace

FaultEntry length_lies() {
  return {"length_lies", "the source says that it has more or fewer batches than it gives",
          &make_length_lies};
}

}  // namespace trainwreck::faults
