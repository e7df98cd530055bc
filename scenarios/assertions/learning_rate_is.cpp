#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class LearningRateIs final : public Assertion {
 public:
  explicit LearningRateIs(Params& params)
      : rate_(params.need_number("is", "the rate, to six digits")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const double actual = call_of(outcome, scope).learning_rate;
    if (about(actual, rate_)) return held();
    return missed(fmt::format("a learning rate of {}", rate_), fmt::format("{}", actual));
  }

 private:
  double rate_;
};

}  // namespace

AssertionEntry learning_rate_is() {
  return {"learning_rate_is", "The optimizer's learning rate after the call.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<LearningRateIs>(params);
          }};
}

}  // namespace trainwreck::assertions
