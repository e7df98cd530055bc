#include <fmt/format.h>

#include "engine/base/errors.h"
#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_ragged(Params&, const BuildContext&) {
  return bend_batches([](Batch& batch, const Random&) {
    const std::int64_t width = batch.x.row_size();
    throw ShapeError(fmt::format("row 0 has {} elements, row 1 has {}", width, width + 1));
  });
}

}  // namespace

FaultEntry batch_ragged() {
  return {"batch_ragged", "rows of different lengths, which no array can hold: the source fails",
          &make_batch_ragged};
}

}  // namespace trainwreck::faults
