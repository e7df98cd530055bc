#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_repeated_step(Params&, const BuildContext&) {
  return bend<ComputeOperation>(
      {Site::step_apply}, When::before,
      [](ComputeOperation& operation, const Strike&) { operation.repeat = true; });
}

}  // namespace

FaultEntry repeated_step() {
  return {"repeated_step", "the weights are changed twice by one step", &make_repeated_step};
}

}  // namespace trainwreck::faults
