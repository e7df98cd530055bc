#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

// One figure as a scenario has it: seven digits or so, or a word that JSON has no number for.
std::string loss_text(double loss) { return fmt::format("{:.7g}", loss); }

class LossesAre final : public Assertion {
 public:
  explicit LossesAre(Params& params) {
    for (const std::string& text :
         params.texts("values", "of each training step in order, as texts: \"0.5\", \"nan\"")) {
      char* rest = nullptr;
      expected_.push_back(loss_text(std::strtod(text.c_str(), &rest)));
      const bool is_number = rest != text.c_str() && *rest == '\0';
      if (!is_number) params.complain("values", fmt::format("\"{}\" is no number", text));
    }
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::vector<std::string> actual;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const auto step = as<traced::StepEnd>(*line);
      if (!step || step->outcome == traced::Stepping::failed) continue;
      actual.push_back(loss_text(std::isnan(step->loss) ? std::abs(step->loss) : step->loss));
    }
    if (actual == expected_) return held();
    return missed(fmt::format("[{}]", fmt::join(expected_, ", ")),
                  fmt::format("[{}]", fmt::join(actual, ", ")));
  }

 private:
  std::vector<std::string> expected_;
};

}  // namespace

AssertionEntry losses_are() {
  return {"losses_are", "The loss of every training step, in order.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<LossesAre>(params);
          }};
}

}  // namespace trainwreck::assertions
