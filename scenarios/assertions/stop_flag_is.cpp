#include "scenarios/flow/outcome.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class StopFlagIs final : public Assertion {
 public:
  explicit StopFlagIs(Params& params)
      : raised_(params.flag("is", false, "whether a stop was asked for and not taken back")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const bool raised = last_fit(outcome, scope);
    if (raised == raised_) return held();
    return missed(raised_ ? "a stop asked for" : "no stop asked for",
                  raised ? "it was asked for" : "nobody asked");
  }

 private:
  // What a model's stop_training would be: set by the last fit until here, whatever came after it.
  static bool last_fit(const Outcome& outcome, const AssertionScope& scope) {
    bool raised = false;
    std::size_t call = 0;
    for (const Chapter& chapter : scope.scenario.chapters) {
      if (chapter.action == Action::restart) continue;
      if (call >= outcome.calls.size() || (scope.call && call > *scope.call)) break;
      const bool fits = chapter.action == Action::fit || chapter.action == Action::hand_loop;
      if (fits) raised = outcome.calls[call].stop.has_value();
      ++call;
    }
    return raised;
  }

  bool raised_;
};

}  // namespace

AssertionEntry stop_flag_is() {
  return {"stop_flag_is", "Whether the demand to stop stands after the last fit: stop_training.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<StopFlagIs>(params);
          }};
}

}  // namespace trainwreck::assertions
