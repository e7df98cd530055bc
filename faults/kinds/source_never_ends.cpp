#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class Endless final : public FaultOn<FetchOperation> {
 private:
  void after(FetchOperation& operation, const Strike&) override {
    if (operation.got) {
      last_ = *operation.batch;
    } else if (last_.x.present()) {
      *operation.batch = last_;
      operation.got = true;
    }
  }

  Batch last_;
};

std::unique_ptr<Fault> make_source_never_ends(Params&, const BuildContext&) {
  return std::make_unique<Endless>();
}

}  // namespace

FaultEntry source_never_ends() {
  return {"source_never_ends", "where the source ends it gives its last batch again",
          &make_source_never_ends};
}

}  // namespace trainwreck::faults
