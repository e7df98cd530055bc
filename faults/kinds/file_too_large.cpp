#include <algorithm>
#include <cerrno>

#include "faults/inject/bend.h"
#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

// A limit is set at the first write that the trigger's "at" matches and that goes beyond it.
class Ceiling final : public Fault {
 public:
  explicit Ceiling(std::int64_t bytes) : bytes_(bytes) {}

  std::span<const Site> sites() const override { return kSites; }
  using Fault::before;
  using Fault::wants;
  bool wants(const FileOperation& operation) override {
    return operation.offset + static_cast<std::int64_t>(operation.bytes.size()) > bytes_;
  }
  void before(FileOperation& operation, World& world, const Random&) override {
    if (enforce(world, Limit::file_size, bytes_)) return;
    operation.error = EFBIG;
    operation.kept = std::max<std::int64_t>(0, bytes_ - operation.offset);
  }

 private:
  static constexpr Site kSites[] = {Site::file_append};
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
