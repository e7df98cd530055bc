#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/clauses.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class BreaksContract final : public Assertion {
 public:
  BreaksContract(Params& params, std::span<const Invariant> contract)
      : contract_(contract.begin(), contract.end()),
        exactly_(
            read_clauses(params, contract, "exactly", "ids of the clauses: these and no other")),
        at_least_(read_clauses(params, contract, "at_least",
                               "ids of the clauses: these, maybe others")) {}

  EvidenceRequest needs() const override {
    EvidenceRequest evidence = needs_of_contract(contract_, exactly_);
    evidence.add(needs_of_contract(contract_, at_least_));
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::set<std::string> broken;
    std::vector<std::string> texts;
    std::vector<std::int64_t> lines;
    for (const Breach& breach : judge_contract(outcome, scope, contract_).breaches) {
      broken.insert(breach.id);
      texts.push_back(text_of(breach));
      lines.insert(lines.end(), breach.lines.begin(), breach.lines.end());
    }
    const bool all =
        std::includes(broken.begin(), broken.end(), at_least_.begin(), at_least_.end());
    if (all && !broken.empty() && (exactly_.empty() || broken == exactly_)) return held();
    return missed(expectation(), texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, "; ")),
                  std::move(lines));
  }

 private:
  std::string expectation() const {
    return exactly_.empty() ? fmt::format("at least [{}] broken", fmt::join(at_least_, ", "))
                            : fmt::format("exactly [{}] broken", fmt::join(exactly_, ", "));
  }

  std::vector<Invariant> contract_;
  std::set<std::string> exactly_;
  std::set<std::string> at_least_;
};

}  // namespace

AssertionEntry breaks_contract() {
  return {"breaks_contract",
          "Clauses of the contract are broken: exactly these, or at least these.",
          [](Params& params, const AssertionContext& context) -> std::unique_ptr<Assertion> {
            return std::make_unique<BreaksContract>(params, context.contract);
          }};
}

}  // namespace trainwreck::assertions
