#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

class EndsAsUninterrupted final : public Assertion {
 public:
  Evidence needs() const override {
    Evidence evidence;
    evidence.twin = true;
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const std::string wanted = "the weights of the same story when nothing strikes";
    if (!outcome.twin || outcome.twin->calls.empty()) return missed(wanted, "it was not told");
    const bool same = same_bits(outcome.calls.back().weights, outcome.twin->calls.back().weights);
    return same ? held() : missed(wanted, "other weights");
  }
};

}  // namespace

AssertionEntry ends_as_uninterrupted() {
  return {"ends_as_uninterrupted",
          "The story's last weights are, bit by bit, those it ends with when no fault strikes.",
          [](Params&, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<EndsAsUninterrupted>();
          }};
}

}  // namespace trainwreck::assertions
