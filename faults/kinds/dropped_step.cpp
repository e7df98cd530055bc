#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_dropped_step(Params&, const BuildContext&) {
  return bend<ComputeOperation>(
      {Site::step_apply}, When::before,
      [](ComputeOperation& operation, const Strike&) { operation.answered = true; });
}

}  // namespace

FaultEntry dropped_step() {
  return {"dropped_step", "the weights are not changed, and nobody says so", &make_dropped_step};
}

}  // namespace trainwreck::faults
