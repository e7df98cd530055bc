// What a user writes: this header is all that a fault needs.
#include "tests/faults/inject/own_faults.h"

#include <trainwreck/fault.h>

namespace trainwreck::testing {
namespace {

std::unique_ptr<Fault> make_upside_down(Params& params, const BuildContext&) {
  Tensor Batch::*part = read_part(params, "what is turned");
  return bend_batches([part](Batch& batch, const Random&) {
    for (float& value : (batch.*part).values()) value = -value;
  });
}

// Every second write is lost, and the disk fails at the sync after the third loss.
class LossyDisk final : public FaultOn<FileOperation> {
 public:
  explicit LossyDisk(std::int64_t losses)
      : FaultOn({Site::file_append, Site::file_sync}), losses_(losses) {}

 private:
  bool concerns(const FileOperation& operation) override {
    return operation.site == Site::file_sync ? lost_ >= losses_ : ++writes_ % 2 == 0;
  }
  void before(FileOperation& operation, const Strike&) override {
    if (operation.site == Site::file_append) operation.answered = true;
  }
  void after(FileOperation& operation, const Strike&) override {
    if (operation.site == Site::file_append) ++lost_;
    if (operation.site == Site::file_sync) throw IoError("sync", operation.path, 5);
  }

  std::int64_t losses_;
  std::int64_t writes_ = 0;
  std::int64_t lost_ = 0;
};

std::unique_ptr<Fault> make_lossy_disk(Params& params, const BuildContext&) {
  return std::make_unique<LossyDisk>(params.integer("losses", 3, "before it fails", {.low = 1}));
}

}  // namespace

FaultEntry upside_down() { return {"upside_down", "a batch's signs change", &make_upside_down}; }
FaultEntry lossy_disk() { return {"lossy_disk", "every second write is lost", &make_lossy_disk}; }

}  // namespace trainwreck::testing
