#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class IterationsAre final : public Assertion {
 public:
  explicit IterationsAre(Params& params)
      : iterations_(params.need_integer("is", "how many, those before a restart included")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::int64_t actual = call_of(outcome, scope).iterations;
    if (actual == iterations_) return held();
    return missed(fmt::format("{} steps", iterations_), fmt::format("{} steps", actual));
  }

 private:
  std::int64_t iterations_;
};

}  // namespace

AssertionEntry iterations_are() {
  return {"iterations_are", "How many steps the optimizer has counted after the call.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<IterationsAre>(params);
          }};
}

}  // namespace trainwreck::assertions
