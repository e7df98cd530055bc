#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_nan(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "where they are");
  const std::int64_t count = params.integer("count", 1, "how many values", {.low = 1});
  return bend_batches([part, count](Batch& batch, const Random& random) {
    scatter((batch.*part).values(), count, std::numeric_limits<float>::quiet_NaN(), random);
  });
}

}  // namespace

FaultEntry batch_nan() { return {"batch_nan", "some values of a batch are NaN", &make_batch_nan}; }

}  // namespace trainwreck::faults
