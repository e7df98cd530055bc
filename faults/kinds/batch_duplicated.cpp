#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class Duplicate final : public FaultOn<FetchOperation> {
  // The loop hands in the buffer that still holds the batch before; at first there is none.
  bool concerns(const FetchOperation& fetch) override { return fetch.batch->x.present(); }
  void before(FetchOperation& fetch, const Strike&) override { fetch.answered = true; }
};

std::unique_ptr<Fault> make_batch_duplicated(Params&, const BuildContext&) {
  return std::make_unique<Duplicate>();
}

}  // namespace

FaultEntry batch_duplicated() {
  return {"batch_duplicated",
          "the batch before comes once more; where batches have a number, in place of this one",
          &make_batch_duplicated};
}

}  // namespace trainwreck::faults
