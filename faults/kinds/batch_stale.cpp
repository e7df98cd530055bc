#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

class StaleBuffer final : public Fault {
 public:
  std::span<const Site> sites() const override { return kSites; }
  using Fault::after;
  using Fault::before;
  using Fault::wants;
  // The buffer is empty before the first batch.
  bool wants(const FetchOperation& operation) override { return operation.batch->x.present(); }
  void before(FetchOperation& operation, World&, const Random&) override {
    old_ = *operation.batch;
  }
  void after(FetchOperation& operation, World&, const Random&) override {
    if (!operation.got) return;
    operation.batch->x = old_.x;
    operation.batch->y = old_.y;
    operation.batch->sample_weight = old_.sample_weight;
  }

 private:
  static constexpr Site kSites[] = {Site::source_fetch};
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
