#include <algorithm>
#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_nan_loss(Params& params, const BuildContext&) {
  const bool gradient = params.flag("gradient", true, "its gradient too");
  return bend<ComputeOperation>(
      {Site::step_loss}, When::after, [gradient](ComputeOperation& operation, const Strike&) {
        *operation.loss = std::numeric_limits<float>::quiet_NaN();
        if (!gradient) return;
        std::fill(operation.values.begin(), operation.values.end(), *operation.loss);
      });
}

}  // namespace

FaultEntry nan_loss() { return {"nan_loss", "the loss is NaN", &make_nan_loss}; }

}  // namespace trainwreck::faults
