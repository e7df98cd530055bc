#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class Warns final : public Assertion {
 public:
  explicit Warns(Params& params)
      : id_(params.maybe_text("id", "which: data.ran_out, monitor.missing, ...; absent: any")),
        times_(params.maybe_integer("times", "how often; absent: at least once", {.low = 0})),
        says_(params.maybe_text("says", "a part of its text")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::int64_t count = 0;
    std::vector<std::string> others;
    for (const Warning& warning : call_of(outcome, scope).warnings) {
      const bool meant = (!id_ || *id_ == warning.id) &&
                         (!says_ || warning.text.find(*says_) != std::string::npos);
      if (meant)
        ++count;
      else
        others.push_back(fmt::format("{}: {}", warning.id, warning.text));
    }
    if (times_ ? count == *times_ : count > 0) return held();
    const std::string often = times_ ? fmt::format("{} times", *times_) : "at least once";
    const std::string rest =
        others.empty() ? "" : fmt::format("; others: {}", fmt::join(others, "; "));
    return missed(fmt::format("the warning {} {}", id_.value_or("(any)"), often),
                  fmt::format("{} times{}", count, rest));
  }

 private:
  std::optional<std::string> id_;
  std::optional<std::int64_t> times_;
  std::optional<std::string> says_;
};

}  // namespace

AssertionEntry warns() {
  return {"warns", "A warning came, so often if asked; or none at all.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<Warns>(params);
          }};
}

}  // namespace trainwreck::assertions
