#include <algorithm>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_row_mismatch(Params& params, const BuildContext&) {
  const std::int64_t missing = params.integer("missing", 1, "rows that y lacks", {.low = 1});
  return bend_batches([missing](Batch& batch, const Random&) {
    if (batch.y.present()) {
      keep_rows(batch.y, std::max<std::int64_t>(0, batch.y.rows() - missing));
    }
  });
}

}  // namespace

FaultEntry batch_row_mismatch() {
  return {"batch_row_mismatch", "x and y of a batch have different numbers of rows",
          &make_batch_row_mismatch};
}

}  // namespace trainwreck::faults
