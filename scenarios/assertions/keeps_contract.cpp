#include <fmt/format.h>

#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/clauses.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class KeepsContract final : public Assertion {
 public:
  KeepsContract(Params& params, std::span<const Invariant> contract)
      : contract_(contract.begin(), contract.end()),
        except_(read_clauses(params, contract, "except", "ids of clauses that may be broken")),
        decided_(read_clauses(params, contract, "decided",
                              "ids of clauses that must not stay unknown; "
                              "what they need is recorded")) {}

  EvidenceRequest needs() const override { return needs_of_contract(contract_, decided_); }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const ContractReport report = judge_contract(outcome, scope, contract_);
    std::vector<std::string> wrong;
    std::vector<std::int64_t> lines;
    for (const Breach& breach : report.breaches) {
      if (except_.contains(breach.id)) continue;
      wrong.push_back(text_of(breach));
      lines.insert(lines.end(), breach.lines.begin(), breach.lines.end());
    }
    for (const std::string& id : decided_) {
      const InvariantResult& result = report.results.find(id)->second;
      if (result.keeping != Keeping::unknown) continue;
      wrong.push_back(fmt::format("{} is unknown: {}", id, result.why_unknown));
    }
    if (wrong.empty()) return held();
    return missed("no clause of the contract is broken", fmt::format("{}", fmt::join(wrong, "; ")),
                  std::move(lines));
  }

 private:
  std::vector<Invariant> contract_;
  std::set<std::string> except_;
  std::set<std::string> decided_;
};

}  // namespace

AssertionEntry keeps_contract() {
  return {"keeps_contract", "No clause of the contract is broken, as far as the run can show.",
          [](Params& params, const AssertionContext& context) -> std::unique_ptr<Assertion> {
            return std::make_unique<KeepsContract>(params, context.contract);
          }};
}

}  // namespace trainwreck::assertions
