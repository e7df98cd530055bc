#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_null(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is missing");
  return bend_batches([part](Batch& batch, const Random&) { (batch.*part).clear(); });
}

}  // namespace

FaultEntry batch_null() {
  return {"batch_null", "a part of a batch is not there", &make_batch_null};
}

}  // namespace trainwreck::faults
