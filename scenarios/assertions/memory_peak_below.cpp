#include <fmt/format.h>

#include "engine/base/text.h"
#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

class MemoryPeakBelow final : public Assertion {
 public:
  explicit MemoryPeakBelow(Params& params)
      : bytes_(params.need_integer("bytes", "the bound", {.low = 1})) {}

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const std::int64_t peak = outcome.resources.memory_peak;
    if (peak < bytes_) return held();
    return missed(fmt::format("a peak below {}", bytes_text(bytes_)), bytes_text(peak));
  }

 private:
  std::int64_t bytes_;
};

}  // namespace

AssertionEntry memory_peak_below() {
  return {"memory_peak_below", "What the run reserved at most stayed below a number of bytes.",
          [](Params& params, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<MemoryPeakBelow>(params);
          }};
}

}  // namespace trainwreck::assertions
