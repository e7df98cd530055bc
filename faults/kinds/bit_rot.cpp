#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class BitRot final : public FaultOn<FileOperation> {
 public:
  explicit BitRot(std::int64_t bits) : FaultOn({Site::file_append, Site::file_read}), bits_(bits) {}

  void before(FileOperation& operation, const Strike& strike) override {
    if (operation.site == Site::file_append) rot(operation.bytes, strike.random);
  }
  void after(FileOperation& operation, const Strike& strike) override {
    if (operation.site == Site::file_read) rot(operation.bytes, strike.random);
  }

 private:
  void rot(std::string& bytes, const Random& random) const {
    if (bytes.empty()) return;
    for (std::int64_t i = 0; i < bits_; ++i) {
      const std::uint64_t bit = random.below(static_cast<std::uint64_t>(i), 8 * bytes.size());
      char& byte = bytes[bit / 8];
      byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
    }
  }

  std::int64_t bits_;
};

std::unique_ptr<Fault> make_bit_rot(Params& params, const BuildContext&) {
  const std::int64_t bits = params.integer("bits", 1, "how many", {.low = 1});
  return std::make_unique<BitRot>(bits);
}

}  // namespace

FaultEntry bit_rot() {
  return {"bit_rot",
          "bits of a file change, on their way to the disk (file.append) or from it (file.read)",
          &make_bit_rot};
}

}  // namespace trainwreck::faults
