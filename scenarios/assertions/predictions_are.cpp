#include <fmt/format.h>

#include <functional>
#include <numeric>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class PredictionsAre final : public Assertion {
 public:
  explicit PredictionsAre(Params& params)
      : shape_(params.integers("shape", "as many numbers as this has: rows, and those of a row")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const auto actual = static_cast<std::int64_t>(call_of(outcome, scope).predictions.size());
    const std::int64_t expected =
        std::accumulate(shape_.begin(), shape_.end(), std::int64_t{1}, std::multiplies<>());
    if (actual == expected) return held();
    return missed(fmt::format("{} numbers", expected), fmt::format("{} numbers", actual));
  }

 private:
  std::vector<std::int64_t> shape_;
};

}  // namespace

AssertionEntry predictions_are() {
  return {"predictions_are", "How many answers predict, or a call on one batch, has given.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<PredictionsAre>(params);
          }};
}

}  // namespace trainwreck::assertions
