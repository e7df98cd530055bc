#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/known_names.h"

namespace trainwreck::assertions {
namespace {

class HookRan final : public Assertion {
 public:
  explicit HookRan(Params& params)
      : hook_(read_hook(params, "hook")),
        callback_(params.maybe_text("callback", "of whom; absent: the first that has the hook")),
        times_(params.maybe_integer("times", "how often", {.low = 0})) {
    epochs_ = maybe_integers(params, "epochs", "in exactly these epochs");
    batches_ = maybe_integers(params, "batches", "for exactly these batches");
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    if (callback_) {
      if (std::optional<Finding> nobody = nobody_called(outcome, *callback_)) return *nobody;
    }
    const std::vector<RanHook> calls = calls_of(outcome, scope);
    std::vector<std::int64_t> epochs;
    std::vector<std::int64_t> batches;
    std::vector<std::int64_t> shown;
    for (const auto& [seq, hook] : calls) {
      epochs.push_back(hook.epoch);
      batches.push_back(hook.batch);
      shown.push_back(seq);
    }
    if (epochs_ && epochs != *epochs_) {
      return missed(fmt::format("{} in epochs {}", hook_, list_text(*epochs_)),
                    fmt::format("in epochs {}", list_text(epochs)), shown);
    }
    if (batches_ && batches != *batches_) {
      return missed(fmt::format("{} for batches {}", hook_, list_text(*batches_)),
                    fmt::format("for batches {}", list_text(batches)), shown);
    }
    const auto count = static_cast<std::int64_t>(calls.size());
    if (times_ ? count != *times_ : count == 0) {
      const std::string often = times_ ? fmt::format("{} times", *times_) : "at least once";
      return missed(fmt::format("{} {}", hook_, often), fmt::format("{} times", count), shown);
    }
    return held();
  }

 private:
  using RanHook = std::pair<std::int64_t, traced::HookBegin>;  // with its line
  std::vector<RanHook> calls_of(const Outcome& outcome, const AssertionScope& scope) const {
    std::vector<RanHook> calls;
    std::string of = callback_.value_or("");
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const auto hook = as<traced::HookBegin>(*line);
      if (!hook || hook->hook != hook_) continue;
      if (of.empty()) of = hook->callback;
      if (hook->callback == of) calls.emplace_back(line->seq, *hook);
    }
    return calls;
  }

  std::string hook_;
  std::optional<std::string> callback_;
  std::optional<std::int64_t> times_;
  std::optional<std::vector<std::int64_t>> epochs_;
  std::optional<std::vector<std::int64_t>> batches_;
};

}  // namespace

AssertionEntry hook_ran() {
  return {"hook_ran", "A hook ran: so often, in these epochs, for these batches.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<HookRan>(params);
          }};
}

}  // namespace trainwreck::assertions
