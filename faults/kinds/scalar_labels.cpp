#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_scalar_labels(Params&, const BuildContext&) {
  return bend_batches([](Batch& batch, const Random&) {
    if (batch.y.size() > 0) batch.y = Tensor(Shape{}, batch.y[0]);
  });
}

}  // namespace

FaultEntry scalar_labels() {
  return {"scalar_labels", "y is one number for the whole batch, not one per row",
          &make_scalar_labels};
}

}  // namespace trainwreck::faults
