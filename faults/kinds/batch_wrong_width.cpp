#include <algorithm>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

void change_width(Tensor& tensor, std::int64_t by) {
  const Tensor old = tensor;
  const std::int64_t width = old.shape().rank() < 2 ? 1 : old.shape().back();
  const std::int64_t wanted = std::max<std::int64_t>(1, width + by);
  Shape shape = old.shape().rank() < 2 ? Shape{old.rows(), 1} : old.shape();
  shape.set(shape.rank() - 1, wanted);
  tensor.resize(shape);
  tensor.fill(0.0F);
  for (std::int64_t line = 0; line < old.size() / width; ++line) {
    for (std::int64_t column = 0; column < std::min(width, wanted); ++column) {
      tensor[line * wanted + column] = old[line * width + column];
    }
  }
}

std::unique_ptr<Fault> make_batch_wrong_width(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is bent");
  const std::int64_t by =
      params.integer("by", 1, "columns more (filled with zeros), or fewer where negative");
  return bend_batches([part, by](Batch& batch, const Random&) {
    if ((batch.*part).present()) change_width(batch.*part, by);
  });
}

}  // namespace

FaultEntry batch_wrong_width() {
  return {"batch_wrong_width", "the rows of a part of a batch are too wide or too narrow",
          &make_batch_wrong_width};
}

}  // namespace trainwreck::faults
