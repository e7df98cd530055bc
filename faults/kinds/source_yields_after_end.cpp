#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class AfterTheEnd final : public FaultOn<FetchOperation> {
 private:
  void after(FetchOperation& operation, const Strike&) override {
    if (operation.got) {
      last_ = *operation.batch;
      ended_ = false;
    } else if (!ended_) {
      ended_ = true;
    } else if (last_.x.present()) {
      *operation.batch = last_;
      operation.got = true;
    }
  }

  Batch last_;
  bool ended_ = false;
};

std::unique_ptr<Fault> make_source_yields_after_end(Params&, const BuildContext&) {
  return std::make_unique<AfterTheEnd>();
}

}  // namespace

FaultEntry source_yields_after_end() {
  return {"source_yields_after_end",
          "a source that has ended gives its last batch when it is asked again",
          &make_source_yields_after_end};
}

}  // namespace trainwreck::faults
