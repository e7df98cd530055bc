#include <fmt/format.h>

#include <array>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

constexpr std::array<std::string_view, 3> kEndings{"returned", "died", "hung"};

class EndingIs final : public Assertion {
 public:
  explicit EndingIs(Params& params)
      : ending_(static_cast<Ending>(params.choice("is", kEndings, 0, "how"))) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    if (call.ending == ending_) return held();
    const std::string cause = call.cause.empty() ? "" : fmt::format(" ({})", call.cause);
    return missed(std::string(name_of(ending_)), fmt::format("{}{}", name_of(call.ending), cause));
  }

 private:
  Ending ending_;
};

}  // namespace

AssertionEntry ending() {
  return {"ending", "How the process came out of the call: returned, died or hung.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<EndingIs>(params);
          }};
}

}  // namespace trainwreck::assertions
