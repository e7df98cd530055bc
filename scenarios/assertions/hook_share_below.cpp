#include <fmt/format.h>

#include <algorithm>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class HookShareBelow final : public Assertion {
 public:
  explicit HookShareBelow(Params& params)
      : callback_(params.need_text("callback", "whose hooks")),
        share_(params.need_number("share", "0.1: a tenth", {.low = 0.0, .high = 1.0})) {}

  EvidenceRequest needs() const override { return {.hook_times = true}; }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const auto time = outcome.hook_times_ns.find(callback_);
    if (time == outcome.hook_times_ns.end()) {
      return missed(expectation(), "it has no hook that ran");
    }
    const double all = static_cast<double>(std::max<std::int64_t>(outcome.calls_time_ns, 1));
    const double share = static_cast<double>(time->second) / all;
    if (share < share_) return held();
    return missed(expectation(), fmt::format("{:.0f} %", share * 100.0));
  }

 private:
  std::string expectation() const {
    return fmt::format("{} takes less than {:.0f} % of the time", callback_, share_ * 100.0);
  }

  std::string callback_;
  double share_;
};

}  // namespace

AssertionEntry hook_share_below() {
  return {
      "hook_share_below",
      "The hooks of a callback, and what it puts off until after them, take less than this share "
      "of the time of all calls.",
      [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
        return std::make_unique<HookShareBelow>(params);
      }};
}

}  // namespace trainwreck::assertions
