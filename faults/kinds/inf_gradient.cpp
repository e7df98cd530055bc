#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_inf_gradient(Params& params, const BuildContext&) {
  const std::int64_t count = params.integer("count", 1, "how many values", {.low = 1});
  return bend<ComputeOperation>({Site::step_backward}, When::after,
                                [count](ComputeOperation& operation, const Strike& strike) {
                                  scatter(operation.values, count,
                                          std::numeric_limits<float>::infinity(), strike.random);
                                });
}

}  // namespace

FaultEntry inf_gradient() {
  return {"inf_gradient", "some of a layer's gradients are infinite", &make_inf_gradient};
}

}  // namespace trainwreck::faults
