#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class StaleBuffer final : public FaultOn<FetchOperation> {
 private:
  // The buffer is empty before the first batch.
  bool concerns(const FetchOperation& operation) override { return operation.batch->x.present(); }
  void before(FetchOperation& operation, const Strike&) override { old_ = *operation.batch; }
  void after(FetchOperation& operation, const Strike&) override {
    if (!operation.got) return;
    operation.batch->x = old_.x;
    operation.batch->y = old_.y;
    operation.batch->sample_weight = old_.sample_weight;
  }

  Batch old_;
};

std::unique_ptr<Fault> make_batch_stale(Params&, const BuildContext&) {
  return std::make_unique<StaleBuffer>();
}

}  // namespace

FaultEntry batch_stale() {
  return {"batch_stale",
          "the source forgets to fill its reused buffer: a new batch with the old contents",
          &make_batch_stale};
}

}  // namespace trainwreck::faults
