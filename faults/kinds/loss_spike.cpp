#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_loss_spike(Params& params, const BuildContext&) {
  const auto factor = static_cast<float>(params.number("factor", 1e6, "times what it was"));
  const bool gradient = params.flag("gradient", true, "its gradient too");
  return bend<ComputeOperation>({Site::step_loss}, When::after,
                                [factor, gradient](ComputeOperation& operation, const Strike&) {
                                  *operation.loss *= factor;
                                  if (!gradient) return;
                                  for (float& value : operation.values) value *= factor;
                                });
}

}  // namespace

FaultEntry loss_spike() { return {"loss_spike", "the loss is far too large", &make_loss_spike}; }

}  // namespace trainwreck::faults
