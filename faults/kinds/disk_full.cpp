#include <cerrno>
#include <utility>

#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

// Sees every write that the trigger's "at" matches, and strikes from the one that does not fit on.
class FullDisk final : public FaultOn<FileOperation> {
 public:
  explicit FullDisk(std::int64_t room)
      : FaultOn({Site::file_append, Site::file_create, Site::file_make_directory, Site::file_sync,
                 Site::file_close}),
        room_(room) {}

  bool concerns(const FileOperation& operation) override {
    const auto size = static_cast<std::int64_t>(operation.bytes.size());
    if (operation.site == Site::file_append && size <= room_) {
      room_ -= size;
      return false;
    }
    return operation.site == Site::file_append || room_ == 0;
  }
  void before(FileOperation& operation, const Strike& strike) override {
    if (enforce(strike.world, Limit::disk_space, room_)) return;
    operation.error = ENOSPC;
    if (operation.site == Site::file_append) operation.kept = std::exchange(room_, 0);
  }

 private:
  std::int64_t room_;
};

std::unique_ptr<Fault> make_disk_full(Params& params, const BuildContext&) {
  const std::int64_t room =
      params.integer("room", 0, "bytes that can be written before it is full", {.low = 0});
  return std::make_unique<FullDisk>(room);
}

}  // namespace

FaultEntry disk_full() { return {"disk_full", "no space is left (ENOSPC)", &make_disk_full}; }

}  // namespace trainwreck::faults
