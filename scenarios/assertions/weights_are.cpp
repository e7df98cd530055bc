#include <fmt/format.h>

#include "engine/base/tensor.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::assertions {
namespace {

class WeightsAre final : public Assertion {
 public:
  explicit WeightsAre(Params& params) {
    finite_ = maybe_flag(params, "finite", "whether all are finite");
    if (auto at = params.maybe_child(
            "as_of", "an epoch's end, or after one of its batches; epoch -1: before training")) {
      Instant instant;
      instant.epoch = at->need_integer("epoch", "0-based");
      instant.batch = at->integer("batch", -1, "after this batch's step");
      at->reject_unknown_keys();
      as_of_ = instant;
    }
  }

  EvidenceRequest needs() const override {
    EvidenceRequest evidence;
    if (as_of_) evidence.weights_at.push_back(*as_of_);
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    if (finite_ && all_finite(call.weights) != *finite_) {
      return missed(*finite_ ? "finite weights" : "weights that are not finite",
                    *finite_ ? "some are not finite" : "all are finite");
    }
    return as_of_ ? check_as_of(outcome, scope) : held();
  }

 private:
  Finding check_as_of(const Outcome& outcome, const AssertionScope& scope) const {
    const std::string expected = fmt::format("the weights of {}", instant_text(*as_of_));
    const WeightsAt* kept = weights_at(outcome, scope, *as_of_);
    if (kept == nullptr) return missed(expected, "the run never came there");
    const CallOutcome& call = call_of(outcome, scope);
    if (same_bits(kept->weights, call.weights)) return held();
    return missed(expected, "other weights: " +
                                weights_apart(call.weights, kept->weights, outcome.parameters) +
                                first_step_after(outcome, call, *as_of_));
  }

  std::optional<bool> finite_;
  std::optional<Instant> as_of_;
};

}  // namespace

AssertionEntry weights_are() {
  return {"weights_are",
          "The weights after the call: as they were at an instant, and finite or not.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<WeightsAre>(params);
          }};
}

}  // namespace trainwreck::assertions
