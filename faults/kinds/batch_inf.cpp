#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_inf(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "where they are");
  const std::int64_t count = params.integer("count", 1, "how many values", {.low = 1});
  return bend_batches([part, count](Batch& batch, const Random& random) {
    scatter((batch.*part).values(), count, std::numeric_limits<float>::infinity(), random);
  });
}

}  // namespace

FaultEntry batch_inf() {
  return {"batch_inf", "some values of a batch are infinity", &make_batch_inf};
}

}  // namespace trainwreck::faults
