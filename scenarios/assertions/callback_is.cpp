#include <fmt/format.h>

#include <map>

#include "engine/base/json_values.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class CallbackIs final : public Assertion {
 public:
  explicit CallbackIs(Params& params)
      : of_(params.need_text("of", "the callback; \"name#2\" is the second of that name")) {
    Params figures = params.child("figures", "what it saves, by name; null: nothing");
    for (const std::string& figure : figures.keys()) {
      figures_[figure] = value_text(number_of(json_of(figures.child(figure))));
    }
  }

  EvidenceRequest needs() const override {
    EvidenceRequest evidence;
    evidence.states = true;
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallbackStates& states = call_of(outcome, scope).callbacks;
    const auto state = states.find(of_);
    if (state == states.end()) return missed(of_, "no such callback has anything to say");
    for (const auto& [figure, expected] : figures_) {
      const auto found = state->second.numbers.find(figure);
      const std::string actual =
          found == state->second.numbers.end() ? "null" : value_text(found->second);
      if (actual != expected) return missed(fmt::format("{} {}", figure, expected), actual);
    }
    return held();
  }

 private:
  std::string of_;
  std::map<std::string, std::string> figures_;
};

}  // namespace

AssertionEntry callback_is() {
  return {"callback_is", "A callback's own figures after the call.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CallbackIs>(params);
          }};
}

}  // namespace trainwreck::assertions
