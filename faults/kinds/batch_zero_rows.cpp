#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_zero_rows(Params&, const BuildContext&) {
  return bend_batches([](Batch& batch, const Random&) { keep_rows(batch, 0); });
}

}  // namespace

FaultEntry batch_zero_rows() {
  return {"batch_zero_rows", "a batch has no rows", &make_batch_zero_rows};
}

}  // namespace trainwreck::faults
