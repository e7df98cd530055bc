#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

std::string text_of(const std::optional<Resumed>& resumed) {
  if (!resumed) return "it started over: nothing was taken up";
  const Position& at = resumed->position;
  return fmt::format("it went on from {}: epoch {}, batch {}, step {}",
                     resumed->file.empty() ? "a file that nobody named" : resumed->file, at.epoch,
                     at.batch, at.step);
}

class ResumedFrom final : public Assertion {
 public:
  explicit ResumedFrom(Params& params)
      : file_(params.text("file", "", "the path of what was taken up; absent: any")),
        epoch_(params.maybe_integer("epoch", "the epoch that it goes on in, counted from 0")),
        batch_(params.maybe_integer("batch", "the batch of that epoch that comes next")),
        step_(params.maybe_integer("step", "how many steps were committed by then")),
        nothing_(params.flag("nothing", false, "that nothing was taken up: it started over")) {
    if (nothing_ && speaks_of_a_place()) {
      params.complain("nothing", "a run that started over went on from no file, epoch or step");
    }
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    if (call.ending != Ending::returned) {
      return missed(expected(), "unknown: the call did not live to tell what it had taken up");
    }
    return is_met_by(call.resumed) ? held() : missed(expected(), text_of(call.resumed));
  }

 private:
  bool speaks_of_a_place() const { return !file_.empty() || epoch_ || batch_ || step_; }

  bool is_met_by(const std::optional<Resumed>& resumed) const {
    if (nothing_ || !resumed) return nothing_ && !resumed;
    const Position& at = resumed->position;
    return (file_.empty() || file_ == resumed->file) && epoch_.value_or(at.epoch) == at.epoch &&
           batch_.value_or(at.batch) == at.batch && step_.value_or(at.step) == at.step;
  }

  std::string expected() const {
    if (nothing_) return "nothing is taken up";
    std::string text = "it goes on from " + (file_.empty() ? "what was saved" : file_);
    if (epoch_) text += fmt::format(", epoch {}", *epoch_);
    if (batch_) text += fmt::format(", batch {}", *batch_);
    if (step_) text += fmt::format(", step {}", *step_);
    return text;
  }

  std::string file_;
  std::optional<std::int64_t> epoch_;
  std::optional<std::int64_t> batch_;
  std::optional<std::int64_t> step_;
  bool nothing_;
};

}  // namespace

AssertionEntry resumed_from() {
  return {"resumed_from",
          "What a fit took up and went on from: which file, and where that stood. Training anew "
          "gives the same weights, so only this tells a resume from a run that started over.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<ResumedFrom>(params);
          }};
}

}  // namespace trainwreck::assertions
