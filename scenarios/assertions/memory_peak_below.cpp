#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/seams/memory_budget.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

std::vector<std::string_view> purposes() {
  std::vector<std::string_view> names{"all"};
  for (std::size_t i = 0; i < kMemoryPurposes; ++i) {
    names.push_back(name_of(static_cast<MemoryPurpose>(i)));
  }
  return names;
}

class MemoryPeakBelow final : public Assertion {
 public:
  explicit MemoryPeakBelow(Params& params)
      : bytes_(params.need_integer("bytes", "the bound", {.low = 1})),
        purpose_(purposes()[params.choice("for", purposes(), 0, "what the memory is for")]) {}

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const Resources& resources = outcome.resources;
    const bool all = purpose_ == "all";
    const std::int64_t peak =
        all ? resources.memory_peak : resources.memory_peak_by_purpose.at(purpose_);
    if (peak < bytes_) return held();
    const std::string whose = all ? "" : fmt::format(" for {}", purpose_);
    return missed(fmt::format("a peak below {}{}", bytes_text(bytes_), whose), bytes_text(peak));
  }

 private:
  std::int64_t bytes_;
  std::string purpose_;
};

}  // namespace

AssertionEntry memory_peak_below() {
  return {"memory_peak_below", "What the run reserved at most stayed below a number of bytes.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<MemoryPeakBelow>(params);
          }};
}

}  // namespace trainwreck::assertions
