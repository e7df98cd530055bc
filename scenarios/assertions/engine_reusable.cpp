#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::assertions {
namespace {

class EngineReusable final : public Assertion {
 public:
  explicit EngineReusable(Params&) {}

  EvidenceRequest needs() const override { return {.refit = true}; }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    constexpr const char* kWanted = "a second, clean fit like that of a new engine";
    if (!outcome.refit) return missed(kWanted, "there was none");
    const Refit& refit = *outcome.refit;
    if (!refit.trouble.empty()) return missed(kWanted, refit.trouble);
    const std::string again = came_to(refit.again);
    const std::string clean = came_to(refit.clean);
    if (again != clean) return missed(fmt::format("{}: {}", kWanted, clean), again);
    if (!same_bits(refit.again.weights, refit.clean.weights)) {
      return missed(
          kWanted, "other weights: " +
                       weights_apart(refit.again.weights, refit.clean.weights, outcome.parameters));
    }
    if (refit.again.history == refit.clean.history) return held();
    return missed(kWanted, "another history");
  }

 private:
  static std::string came_to(const CallOutcome& call) {
    return call.error ? text_of(*call.error) : std::string(name_of(call.status));
  }
};

}  // namespace

AssertionEntry engine_reusable() {
  return {"engine_reusable",
          "One more clean fit by the engine that lived through this equals that of a new one.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<EngineReusable>(params);
          }};
}

}  // namespace trainwreck::assertions
