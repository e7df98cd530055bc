#include <algorithm>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

// The values there are, over and over.
Tensor filled(const Tensor& from, const Shape& shape) {
  Tensor tensor(shape);
  for (std::int64_t i = 0; i < tensor.size() && from.size() > 0; ++i) {
    tensor[i] = from[i % from.size()];
  }
  tensor.set_dtype(from.dtype());
  return tensor;
}

Shape read_shape(Params& params) {
  constexpr std::int64_t kMost = 1 << 24;
  const std::vector<std::int64_t> dims =
      params.integers("shape", "its new shape, rows first, up to 4 dimensions; none: one number");
  const bool few = dims.size() <= static_cast<std::size_t>(Shape::kMaxRank);
  if (few && std::all_of(dims.begin(), dims.end(),
                         [](std::int64_t extent) { return extent >= 0 && extent <= kMost; })) {
    return Shape::of(dims);
  }
  params.complain("shape", "must be up to 4 dimensions, none of them negative");
  return {};
}

std::unique_ptr<Fault> make_batch_reshaped(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is bent; sample_weight is added where missing");
  const Shape shape = read_shape(params);
  return bend_batches([part, shape](Batch& batch, const Random&) {
    Tensor& tensor = batch.*part;
    tensor = filled(tensor.present() ? tensor : Tensor(Shape{1}, 1.0F), shape);
  });
}

}  // namespace

FaultEntry batch_reshaped() {
  return {"batch_reshaped", "a part of a batch comes in another shape, its values repeated",
          &make_batch_reshaped};
}

}  // namespace trainwreck::faults
