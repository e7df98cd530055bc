#include <cmath>
#include <limits>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_denormal(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is bent");
  return bend_batches([part](Batch& batch, const Random&) {
    for (float& value : (batch.*part).values()) {
      value = std::copysign(std::numeric_limits<float>::min() / 4.0F, value);
    }
  });
}

}  // namespace

FaultEntry batch_denormal() {
  return {"batch_denormal", "all values of a part of a batch are too small for full precision",
          &make_batch_denormal};
}

}  // namespace trainwreck::faults
