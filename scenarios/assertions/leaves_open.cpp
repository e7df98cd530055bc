#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class LeavesOpen final : public Assertion {
 public:
  explicit LeavesOpen(Params& params) : files_(params.need_integer("files", "how many")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::int64_t actual = call_of(outcome, scope).files_left_open;
    if (actual == files_) return held();
    return missed(fmt::format("{} files left open", files_), fmt::format("{}", actual));
  }

 private:
  std::int64_t files_;
};

}  // namespace

AssertionEntry leaves_open() {
  return {"leaves_open", "How many files nobody has closed when the call returns.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<LeavesOpen>(params);
          }};
}

}  // namespace trainwreck::assertions
