#include <fmt/format.h>

#include <algorithm>

#include "engine/formats/event_file.h"
#include "engine/formats/tfrecord.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class TensorboardHas final : public Assertion {
 public:
  explicit TensorboardHas(Params& params)
      : tag_(params.need_text("tag", "epoch_loss, evaluation_loss_vs_iterations, ...")),
        below_(params.text("below", "", "only look below this folder")) {
    steps_ = maybe_integers(params, "steps", "exactly these, in order");
    values_ = maybe_numbers(params, "values", "of these steps, to six digits");
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::vector<std::int64_t> steps;
    std::vector<double> values;
    for (const auto& [path, bytes] : files_of(outcome, scope)) {
      if (!path.starts_with(below_) || path.find("tfevents") == std::string::npos) continue;
      collect(bytes, steps, values);
    }
    if (steps.empty()) return missed(tag_, "no event of this tag");
    if (steps_ && steps != *steps_) {
      return missed(fmt::format("{} at steps {}", tag_, list_text(*steps_)), list_text(steps));
    }
    const bool same = !values_ || std::equal(values.begin(), values.end(), values_->begin(),
                                             values_->end(), about);
    if (same) return held();
    return missed(fmt::format("{} = [{}]", tag_, fmt::join(*values_, ", ")),
                  fmt::format("[{}]", fmt::join(values, ", ")));
  }

 private:
  void collect(const std::string& bytes, std::vector<std::int64_t>& steps,
               std::vector<double>& values) const {
    for (const std::string_view payload : read_records(bytes).payloads) {
      const TensorBoardEvent event = decode_event(payload);
      for (const SummaryValue& value : event.values) {
        if (value.tag != tag_) continue;
        steps.push_back(event.step);
        values.push_back(value.scalar ? static_cast<double>(*value.scalar) : value.histogram->sum);
      }
    }
  }

  std::string tag_;
  std::string below_;
  std::optional<std::vector<std::int64_t>> steps_;
  std::optional<std::vector<double>> values_;
};

}  // namespace

AssertionEntry tensorboard_has() {
  return {"tensorboard_has", "The event files hold these steps of a tag, and these values.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<TensorboardHas>(params);
          }};
}

}  // namespace trainwreck::assertions
