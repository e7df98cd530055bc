#include <array>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_batch_null(Params& params, const BuildContext&) {
  constexpr std::array<std::string_view, 4> kParts{"x", "y", "sample_weight", "all"};
  const std::string_view part =
      kParts[params.choice("part", kParts, 0, "what is missing; all: there is no batch")];
  return bend_batches([part](Batch& batch, const Random&) {
    if (part == "x" || part == "all") batch.x.clear();
    if (part == "y" || part == "all") batch.y.clear();
    if (part == "sample_weight" || part == "all") batch.sample_weight.clear();
  });
}

}  // namespace

FaultEntry batch_null() {
  return {"batch_null", "a part of a batch is not there, or nothing of it", &make_batch_null};
}

}  // namespace trainwreck::faults
