#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_wrong_rank(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is bent");
  const bool flattened =
      params.flag("flattened", false, "all values in one dimension; else one axis of 1 at the end");
  return bend_batches([part, flattened](Batch& batch, const Random&) {
    Tensor& tensor = batch.*part;
    if (!tensor.present()) return;
    std::vector<std::int64_t> dims{tensor.size()};
    if (!flattened) {
      dims.clear();
      for (int axis = 0; axis < tensor.shape().rank(); ++axis) dims.push_back(tensor.shape()[axis]);
      dims.push_back(1);
    }
    if (dims.size() <= Shape::kMaxRank) tensor.reshape(Shape::of(dims));
  });
}

}  // namespace

FaultEntry batch_wrong_rank() {
  return {"batch_wrong_rank", "a part of a batch has one dimension too many or too few",
          &make_batch_wrong_rank};
}

}  // namespace trainwreck::faults
