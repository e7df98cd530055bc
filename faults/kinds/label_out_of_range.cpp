#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_label_out_of_range(Params& params, const BuildContext&) {
  const double label = params.number("label", 1e6, "what they are");
  const std::int64_t count = params.integer("count", 1, "how many labels", {.low = 1});
  return bend_batches([label, count](Batch& batch, const Random& random) {
    scatter(batch.y.values(), count, static_cast<float>(label), random);
  });
}

}  // namespace

FaultEntry label_out_of_range() {
  return {"label_out_of_range", "some labels name a class that does not exist",
          &make_label_out_of_range};
}

}  // namespace trainwreck::faults
