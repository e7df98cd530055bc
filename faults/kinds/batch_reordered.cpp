#include <utility>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class ChangedPlaces final : public FaultOn<FetchOperation> {
 private:
  void before(FetchOperation& operation, const Strike&) override {
    const bool first = !held_;
    if (operation.source->traits().access == Access::random) {
      operation.index += first ? 1 : -1;
      held_ = first;
      return;
    }
    if (first) {
      operation.got = operation.source->fetch(operation.index, earlier_);
      held_ = operation.got;
      operation.answered = !operation.got;
      return;
    }
    std::swap(*operation.batch, earlier_);
    operation.answered = true;
    held_ = false;
  }

  Batch earlier_;
  bool held_ = false;
};

std::unique_ptr<Fault> make_batch_reordered(Params&, const BuildContext&) {
  return std::make_unique<ChangedPlaces>();
}

}  // namespace

FaultEntry batch_reordered() {
  return {"batch_reordered",
          "batches change places in pairs: of two strikes the first gives the later batch, the "
          "second the earlier",
          &make_batch_reordered};
}

}  // namespace trainwreck::faults
