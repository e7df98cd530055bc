#include <algorithm>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_short(Params& params, const BuildContext&) {
  const std::int64_t missing = params.integer("missing", 1, "how many rows", {.low = 1});
  return bend_batches([missing](Batch& batch, const Random&) {
    keep_rows(batch, std::max<std::int64_t>(0, batch.rows() - missing));
  });
}

}  // namespace

FaultEntry batch_short() {
  return {"batch_short", "a batch has fewer rows than it should, all its parts alike",
          &make_batch_short};
}

}  // namespace trainwreck::faults
