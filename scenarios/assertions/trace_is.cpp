#include <fmt/format.h>

#include <algorithm>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"
#include "scenarios/trace/trace_text.h"

namespace trainwreck::assertions {
namespace {

class TraceIs final : public Assertion {
 public:
  explicit TraceIs(Params& params)
      : view_(params.texts(
            "of",
            "whom to listen to: A, A.on_epoch_end, ds except on_epoch_end, train_step, test_step")),
        events_(params.texts("events", "exactly these, in order")) {
    for (const std::string& entry : view_) check_view(params, "of", entry);
  }

  // What is in a batch is looked at only where somebody asks for it.
  EvidenceRequest needs() const override {
    const auto asks = [](const std::string& entry) { return entry.ends_with("_step.data"); };
    return {.checksums = std::any_of(view_.begin(), view_.end(), asks)};
  }
  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    for (const std::string& entry : view_) {
      if (std::optional<Finding> nobody = nobody_heard(outcome, entry)) return *nobody;
    }
    const int call = scope.call ? static_cast<int>(*scope.call) : -1;
    const std::vector<std::string> actual = keras_words(outcome.trace, view_, call);
    for (std::size_t i = 0; i < std::max(actual.size(), events_.size()); ++i) {
      const std::string expected_word = i < events_.size() ? events_[i] : "the end";
      const std::string actual_word = i < actual.size() ? actual[i] : "the end";
      if (expected_word == actual_word) continue;
      return missed(fmt::format("event {}: {}", i, expected_word), actual_word);
    }
    return held();
  }

 private:
  std::vector<std::string> view_;
  std::vector<std::string> events_;
};

}  // namespace

AssertionEntry trace_is() {
  return {"trace_is",
          "The whole conversation in Keras's words, through a view that names whom to listen to.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<TraceIs>(params);
          }};
}

}  // namespace trainwreck::assertions
