#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class TornWrite final : public FaultOn<FileOperation> {
 public:
  explicit TornWrite(double fraction) : FaultOn({Site::file_append}), fraction_(fraction) {}

  void before(FileOperation& operation, const Strike&) override {
    operation.kept =
        static_cast<std::int64_t>(fraction_ * static_cast<double>(operation.bytes.size()));
  }
  void after(FileOperation&, const Strike& strike) override { strike.world.die("SIGKILL"); }

 private:
  double fraction_;
};

std::unique_ptr<Fault> make_torn_write(Params& params, const BuildContext&) {
  const double fraction = params.number("kept_fraction", 0.5, "of its bytes that get through",
                                        {.low = 0.0, .high = 1.0});
  return std::make_unique<TornWrite>(fraction);
}

}  // namespace

FaultEntry torn_write() {
  return {"torn_write", "the process is killed when a part of a write got through",
          &make_torn_write};
}

}  // namespace trainwreck::faults
