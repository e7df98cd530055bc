#include <fmt/format.h>

#include <algorithm>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

class HooksInOrder final : public Assertion {
 public:
  explicit HooksInOrder(Params& params)
      : hooks_(params.texts("hooks", "\"callback.hook\", in order: \"csv_logger.on_epoch_end\"")),
        epoch_(params.maybe_integer("epoch", "within this epoch; absent: in the whole run")) {
    for (const std::string& hook : hooks_) check_hook_of(params, "hooks", hook);
    if (hooks_.size() < 2) params.complain("hooks", "names two hooks or more");
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::size_t found = 0;
    std::vector<std::string> ran;
    std::vector<std::int64_t> shown;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const auto begun = as<traced::HookBegin>(*line);
      if (!begun || (epoch_ && begun->epoch != *epoch_)) continue;
      const std::string hook = fmt::format("{}.{}", begun->callback, begun->hook);
      if (std::find(hooks_.begin(), hooks_.end(), hook) == hooks_.end()) continue;
      ran.push_back(hook);
      shown.push_back(line->seq);
      if (found < hooks_.size() && hook == hooks_[found]) ++found;
    }
    if (found == hooks_.size()) return held();
    return missed(fmt::format("{}", fmt::join(hooks_, ", ")),
                  ran.empty() ? "none of them" : fmt::format("{}", fmt::join(ran, ", ")), shown);
  }

 private:
  std::vector<std::string> hooks_;
  std::optional<std::int64_t> epoch_;
};

}  // namespace

AssertionEntry hooks_in_order() {
  return {"hooks_in_order", "These hooks ran one after the other, whatever ran between them.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<HooksInOrder>(params);
          }};
}

}  // namespace trainwreck::assertions
