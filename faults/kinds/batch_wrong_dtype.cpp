#include <array>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_wrong_dtype(Params& params, const BuildContext&) {
  constexpr std::array<std::string_view, 7> kNames{"float64", "int32",     "int64", "uint8",
                                                   "bool",    "complex64", "text"};
  constexpr std::array<Dtype, 7> kDtypes{Dtype::float64, Dtype::int32,   Dtype::int64,
                                         Dtype::uint8,   Dtype::boolean, Dtype::complex64,
                                         Dtype::text};
  Tensor Batch::*part = read_part(params, "what is bent");
  const Dtype dtype = kDtypes[params.choice("dtype", kNames, 0, "what it says it is")];
  return bend_batches([part, dtype](Batch& batch, const Random&) {
    if ((batch.*part).present()) (batch.*part).set_dtype(dtype);
  });
}

}  // namespace

FaultEntry batch_wrong_dtype() {
  return {"batch_wrong_dtype", "a part of a batch comes as numbers of another type, or as text",
          &make_batch_wrong_dtype};
}

}  // namespace trainwreck::faults
