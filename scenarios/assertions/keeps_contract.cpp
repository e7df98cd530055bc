#include <fmt/format.h>

#include <algorithm>

#include "scenarios/contract.h"
#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

class KeepsContract final : public Assertion {
 public:
  explicit KeepsContract(Params& params)
      : except_(params.texts("except", "ids of clauses that may be broken")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const Subject subject{.trace = outcome.trace, .outcome = &outcome, .policy = &scope.policy};
    const ContractReport report = judge_contract(subject, builtin_invariants());
    std::vector<std::string> broken;
    std::vector<std::int64_t> lines;
    for (const Breach& breach : report.breaches) {
      if (std::find(except_.begin(), except_.end(), breach.id) != except_.end()) continue;
      broken.push_back(fmt::format("{}: {}", breach.id, breach.message));
      lines.insert(lines.end(), breach.lines.begin(), breach.lines.end());
    }
    if (broken.empty()) return held();
    return missed("no clause of the contract is broken", fmt::format("{}", fmt::join(broken, "; ")),
                  std::move(lines));
  }

 private:
  std::vector<std::string> except_;
};

}  // namespace

AssertionEntry keeps_contract() {
  return {"keeps_contract", "No clause of the contract is broken, as far as the run can show.",
          [](Params& params, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<KeepsContract>(params);
          }};
}

}  // namespace trainwreck::assertions
