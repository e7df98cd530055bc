#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::assertions {
namespace {

class ModelRestoredTo final : public Assertion {
 public:
  explicit ModelRestoredTo(Params& params) {
    to_.epoch = params.need_integer("epoch", "0-based: the end of this epoch");
    to_.batch = params.integer("batch", -1, "after this batch's step");
  }

  EvidenceRequest needs() const override { return {.weights_at = {to_}}; }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::string expected = fmt::format("the weights of {}", instant_text(to_));
    const WeightsAt* kept = weights_at(outcome, scope, to_);
    if (kept == nullptr) return missed(expected, "the run never came there");
    if (!same_bits(kept->weights, call_of(outcome, scope).weights)) {
      const CallOutcome& call = call_of(outcome, scope);
      return missed(expected, "other weights: " +
                                  weights_apart(call.weights, kept->weights, outcome.parameters) +
                                  first_step_after(outcome, call, to_));
    }
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const TraceEvent& event = line->event;
      const bool later = event.epoch > to_.epoch ||
                         (to_.batch >= 0 && event.epoch == to_.epoch && event.batch > to_.batch);
      if (event.kind == TraceKind::step_end && event.detail == "committed" && later) return held();
    }
    return missed(expected, "no step came after them: nothing had to be restored");
  }

 private:
  Instant to_;
};

}  // namespace

AssertionEntry model_restored_to() {
  return {"model_restored_to",
          "Training went on after this instant, and ended with the weights that it had there.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<ModelRestoredTo>(params);
          }};
}

}  // namespace trainwreck::assertions
