#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class AlertsSent final : public Assertion {
 public:
  explicit AlertsSent(Params& params)
      : times_(params.maybe_integer("times", "how often; absent: at least once", {.low = 0})),
        says_(params.maybe_text("says", "only those with this in the body")),
        to_(params.maybe_text("to", "only those to an address with this in it")),
        tries_(params.flag("tries", false, "count every try, not only what a server took")) {
    epochs_ = maybe_integers(params, "epochs", "in exactly these epochs");
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::vector<std::int64_t> epochs;
    for (const Alert& alert : outcome.alerts) {
      if (is_meant(alert, outcome, scope)) epochs.push_back(alert.at.epoch);
    }
    const std::string what = tries_ ? "tries" : "alerts";
    if (epochs_ && epochs != *epochs_) {
      return missed(fmt::format("{} in epochs {}", what, list_text(*epochs_)), list_text(epochs));
    }
    const auto count = static_cast<std::int64_t>(epochs.size());
    if (times_ ? count == *times_ : count > 0 || epochs_) return held();
    return missed(times_ ? fmt::format("{} {}", *times_, what) : what + ", at least one",
                  fmt::format("{} of {} posts", count, outcome.alerts.size()));
  }

 private:
  bool is_meant(const Alert& alert, const Outcome& outcome, const AssertionScope& scope) const {
    if (scope.call) {
      const Instant& began = outcome.calls.at(*scope.call).began;
      if (alert.at.run != began.run || alert.at.fit != began.fit) return false;
    }
    const bool taken = alert.status >= 200 && alert.status < 300;
    return (taken || tries_) && (!says_ || alert.body.find(*says_) != std::string::npos) &&
           (!to_ || alert.url.find(*to_) != std::string::npos);
  }

  std::optional<std::int64_t> times_;
  std::optional<std::string> says_;
  std::optional<std::string> to_;
  std::optional<std::vector<std::int64_t>> epochs_;
  bool tries_;
};

}  // namespace

AssertionEntry alerts_sent() {
  return {"alerts_sent",
          "What was posted to servers: how often, in which epochs, and with which words.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<AlertsSent>(params);
          }};
}

}  // namespace trainwreck::assertions
