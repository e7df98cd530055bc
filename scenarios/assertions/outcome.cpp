#include "scenarios/flow/outcome.h"

#include <fmt/format.h>

#include "scenarios/judge/findings.h"
#include "scenarios/judge/outcome_class.h"

namespace trainwreck::assertions {
namespace {

class OutcomeIs final : public Assertion {
 public:
  explicit OutcomeIs(Params& params)
      : is_(kOutcomeClasses[params.choice("is", kOutcomeClasses, 0, "which")]) {}

  EvidenceRequest needs() const override { return {.twin = true}; }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const std::string_view actual = class_of(outcome);
    if (actual == is_) return held();
    return missed(std::string(is_), std::string(actual));
  }

 private:
  std::string_view is_;
};

}  // namespace

AssertionEntry outcome() {
  return {"outcome", "What the faults came to, in one word.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<OutcomeIs>(params);
          }};
}

}  // namespace trainwreck::assertions
