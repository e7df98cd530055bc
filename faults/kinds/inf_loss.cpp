#include <algorithm>
#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_inf_loss(Params& params, const BuildContext&) {
  const bool gradient = params.flag("gradient", true, "its gradient too");
  return bend<ComputeOperation>(
      {Site::step_loss}, When::after, [gradient](ComputeOperation& operation, const Strike&) {
        *operation.loss = std::numeric_limits<float>::infinity();
        if (!gradient) return;
        std::fill(operation.values.begin(), operation.values.end(), *operation.loss);
      });
}

}  // namespace

FaultEntry inf_loss() { return {"inf_loss", "the loss is infinite", &make_inf_loss}; }

}  // namespace trainwreck::faults
