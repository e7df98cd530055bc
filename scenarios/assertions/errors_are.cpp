#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

class ErrorsAre final : public Assertion {
 public:
  explicit ErrorsAre(Params& params)
      : types_(params.texts("types", "the first error's type, then the suppressed ones")) {
    for (const std::string& type : types_) check_error(params, "types", type);
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    std::vector<std::string> actual;
    if (call.error) actual.push_back(call.error->type);
    for (const ErrorRecord& error : call.suppressed) actual.push_back(error.type);
    if (actual == types_) return held();
    return missed(fmt::format("{}", fmt::join(types_, ", ")),
                  actual.empty() ? "no error" : fmt::format("{}", fmt::join(actual, ", ")));
  }

 private:
  std::vector<std::string> types_;
};

}  // namespace

AssertionEntry errors_are() {
  return {"errors_are",
          "All errors of the run in order: the first, and those that were suppressed by it.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<ErrorsAre>(params);
          }};
}

}  // namespace trainwreck::assertions
