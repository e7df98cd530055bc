#include <algorithm>
#include <cerrno>

#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

// A limit is set at the first write that the trigger's "at" matches and that goes beyond it.
class Ceiling final : public FaultOn<FileOperation> {
 public:
  explicit Ceiling(std::int64_t bytes) : FaultOn({Site::file_append}), bytes_(bytes) {}

  bool concerns(const FileOperation& operation) override {
    return operation.offset + static_cast<std::int64_t>(operation.bytes.size()) > bytes_;
  }
  void before(FileOperation& operation, const Strike& strike) override {
    if (enforce(strike.world, Limit::file_size, bytes_)) return;
    operation.error = EFBIG;
    operation.kept = std::max<std::int64_t>(0, bytes_ - operation.offset);
  }

 private:
  std::int64_t bytes_;
};

std::unique_ptr<Fault> make_file_too_large(Params& params, const BuildContext&) {
  return std::make_unique<Ceiling>(params.integer("bytes", 0, "that a file may hold", {.low = 0}));
}

}  // namespace

FaultEntry file_too_large() {
  return {"file_too_large", "a file may not grow any further (EFBIG)", &make_file_too_large};
}

}  // namespace trainwreck::faults
