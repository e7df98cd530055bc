#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

class Duplicate final : public Fault {
 public:
  std::span<const Site> sites() const override { return kSites; }
  using Fault::before;
  using Fault::wants;
  // The loop hands in the buffer that still holds the batch before; at first there is none.
  bool wants(const FetchOperation& operation) override { return operation.batch->x.present(); }
  void before(FetchOperation& operation, World&, const Random&) override {
    operation.answered = true;
  }

 private:
  static constexpr Site kSites[] = {Site::source_fetch};
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
