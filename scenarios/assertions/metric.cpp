#include <fmt/format.h>

#include <cmath>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class MetricIs final : public Assertion {
 public:
  explicit MetricIs(Params& params)
      : name_(params.need_text("name", "loss, val_loss, accuracy, ...")),
        epoch_(params.maybe_integer("epoch", "of this epoch; absent: the latest value")),
        is_(params.maybe_number("is", "to six digits")),
        above_(params.maybe_number("above", "more than this")),
        below_(params.maybe_number("below", "less than this")) {
    finite_ = maybe_flag(params, "finite", "whether it is finite");
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::optional<double> value = value_in(call_of(outcome, scope));
    if (!value) return missed(expectation(), "there is no such value");
    const bool good = (!is_ || about(*value, *is_)) && (!above_ || *value > *above_) &&
                      (!below_ || *value < *below_) &&
                      (!finite_ || std::isfinite(*value) == *finite_);
    return good ? held() : missed(expectation(), fmt::format("{}", *value));
  }

 private:
  std::optional<double> value_in(const CallOutcome& call) const {
    const auto measured = call.metrics.find(name_);
    if (measured != call.metrics.end()) return measured->second;
    for (const History::Series& series : call.history.series()) {
      if (series.name != name_ || series.values.empty()) continue;
      if (!epoch_) return series.values.back();
      for (std::size_t i = 0; i < series.values.size(); ++i) {
        if (series.epochs[i] == *epoch_) return series.values[i];
      }
    }
    return std::nullopt;
  }

  std::string expectation() const {
    std::string text = name_;
    if (epoch_) text += fmt::format(" of epoch {}", *epoch_);
    if (is_) text += fmt::format(" = {}", *is_);
    if (above_) text += fmt::format(" > {}", *above_);
    if (below_) text += fmt::format(" < {}", *below_);
    if (finite_) text += *finite_ ? ", finite" : ", not finite";
    return text;
  }

  std::string name_;
  std::optional<std::int64_t> epoch_;
  std::optional<double> is_;
  std::optional<double> above_;
  std::optional<double> below_;
  std::optional<bool> finite_;
};

}  // namespace

AssertionEntry metric() {
  return {"metric", "A metric: of the last epoch in the history (or of one), or of an evaluation.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<MetricIs>(params);
          }};
}

}  // namespace trainwreck::assertions
