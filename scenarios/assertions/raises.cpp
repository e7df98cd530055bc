#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

class Raises final : public Assertion {
 public:
  explicit Raises(Params& params)
      : error_(params.need_text("error", "type of the first error, or \"nothing\"")),
        phase_(
            params.maybe_text("phase", "what was being done: fetch, forward, on_epoch_end, ...")),
        epoch_(params.maybe_integer("epoch", "in which epoch")),
        batch_(params.maybe_integer("batch", "in which batch")),
        says_(params.maybe_text("says", "a part of the message")) {
    if (!error_.empty() && error_ != "nothing") check_error(params, "error", error_);
    if (phase_) check_phase(params, "phase", *phase_);
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    if (!call.error) {
      return error_ == "nothing" ? held() : missed(expectation(), "nothing was raised");
    }
    const ErrorRecord& error = *call.error;
    const bool same = error.type == error_ && (!phase_ || *phase_ == error.phase) &&
                      (!epoch_ || *epoch_ == error.epoch) && (!batch_ || *batch_ == error.batch) &&
                      (!says_ || error.message.find(*says_) != std::string::npos);
    return same ? held() : missed(expectation(), text_of(error));
  }

 private:
  std::string expectation() const {
    std::string text = error_;
    if (phase_) text += fmt::format(" in {}", *phase_);
    if (epoch_) text += fmt::format(" at epoch {}", *epoch_);
    if (batch_) text += fmt::format(", batch {}", *batch_);
    if (says_) text += fmt::format(", saying \"{}\"", *says_);
    return text;
  }

  std::string error_;
  std::optional<std::string> phase_;
  std::optional<std::int64_t> epoch_;
  std::optional<std::int64_t> batch_;
  std::optional<std::string> says_;
};

}  // namespace

AssertionEntry raises() {
  return {"raises", "The first error has this type; where and what it says, if asked.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<Raises>(params);
          }};
}

}  // namespace trainwreck::assertions
