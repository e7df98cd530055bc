#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

class HookNeverRan final : public Assertion {
 public:
  explicit HookNeverRan(Params& params)
      : hook_(read_hook(params, "hook")),
        callback_(params.maybe_text("callback", "for whom; absent: anybody")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    if (callback_) {
      if (std::optional<Finding> nobody = nobody_called(outcome, *callback_)) return *nobody;
    }
    std::vector<std::int64_t> shown;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const auto hook = as<traced::HookBegin>(*line);
      if (!hook || hook->hook != hook_) continue;
      if (!callback_ || hook->callback == *callback_) shown.push_back(line->seq);
    }
    if (shown.empty()) return held();
    const std::string whom = callback_ ? fmt::format(" for {}", *callback_) : std::string();
    return missed(fmt::format("{} never{}", hook_, whom), fmt::format("{} times", shown.size()),
                  shown);
  }

 private:
  std::string hook_;
  std::optional<std::string> callback_;
};

}  // namespace

AssertionEntry hook_never_ran() {
  return {"hook_never_ran", "A hook ran for nobody, or not for this callback.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<HookNeverRan>(params);
          }};
}

}  // namespace trainwreck::assertions
