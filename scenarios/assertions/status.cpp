#include <fmt/format.h>

#include <array>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

constexpr std::array<std::string_view, 5> kStatuses{"completed", "stopped", "exhausted", "failed",
                                                    "interrupted"};

class StatusIs final : public Assertion {
 public:
  explicit StatusIs(Params& params)
      : status_(kStatuses[params.choice("is", kStatuses, 0, "how the run ended")]),
        error_(params.maybe_text("error", "type of the first error")) {
    if (error_) check_error(params, "error", *error_);
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    const std::string actual_error = call.error ? call.error->type : std::string("no error");
    const bool same_error = !error_ || *error_ == actual_error;
    if (name_of(call.status) == status_ && same_error) return held();
    const std::string expected = error_ ? fmt::format("{} with {}", status_, *error_) : status_;
    const std::string actual = call.error ? text_of(*call.error) : actual_error;
    return missed(expected, fmt::format("{}: {}", name_of(call.status), actual));
  }

 private:
  std::string status_;
  std::optional<std::string> error_;
};

}  // namespace

AssertionEntry status() {
  return {"status", "How the run ended, and with which error.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<StatusIs>(params);
          }};
}

}  // namespace trainwreck::assertions
