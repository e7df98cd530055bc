#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

class Endless final : public Fault {
 public:
  std::span<const Site> sites() const override { return kSites; }
  using Fault::after;
  void after(FetchOperation& operation, World&, const Random&) override {
    if (operation.got) {
      last_ = *operation.batch;
    } else if (last_.x.present()) {
      *operation.batch = last_;
      operation.got = true;
    }
  }

 private:
  static constexpr Site kSites[] = {Site::source_fetch};
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
