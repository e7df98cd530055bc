#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/contract.h"
#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

void refuse_unknown(Params& params, std::string_view key, const std::set<std::string>& ids) {
  const auto invariants = builtin_invariants();
  for (const std::string& id : ids) {
    const bool known = std::any_of(invariants.begin(), invariants.end(),
                                   [&](const InvariantEntry& one) { return one.id == id; });
    if (!known) params.complain(key, fmt::format("the contract has no clause {}", id));
  }
}

std::set<std::string> read_ids(Params& params, std::string_view key, std::string_view help) {
  const std::vector<std::string> ids = params.texts(key, help);
  std::set<std::string> wanted(ids.begin(), ids.end());
  refuse_unknown(params, key, wanted);
  return wanted;
}

class BreaksContract final : public Assertion {
 public:
  explicit BreaksContract(Params& params)
      : exactly_(read_ids(params, "exactly", "ids of the clauses: these and no other")),
        at_least_(read_ids(params, "at_least", "ids of the clauses: these, and maybe others")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const Subject subject{.trace = outcome.trace, .outcome = &outcome, .policy = &scope.policy};
    const ContractReport report = judge_contract(subject, builtin_invariants());
    std::set<std::string> broken;
    std::vector<std::int64_t> lines;
    for (const Breach& breach : report.breaches) {
      broken.insert(breach.id);
      lines.insert(lines.end(), breach.lines.begin(), breach.lines.end());
    }
    const bool all =
        std::includes(broken.begin(), broken.end(), at_least_.begin(), at_least_.end());
    if (exactly_.empty() ? all && !broken.empty() : all && broken == exactly_) return held();
    const std::string wanted = exactly_.empty()
                                   ? fmt::format("at least [{}] broken", fmt::join(at_least_, ", "))
                                   : fmt::format("exactly [{}] broken", fmt::join(exactly_, ", "));
    std::vector<std::string> texts;
    for (const Breach& breach : report.breaches) {
      texts.push_back(fmt::format("{}: {}", breach.id, breach.message));
    }
    return missed(wanted, texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, "; ")),
                  std::move(lines));
  }

 private:
  std::set<std::string> exactly_;
  std::set<std::string> at_least_;
};

}  // namespace

AssertionEntry breaks_contract() {
  return {"breaks_contract",
          "Clauses of the contract are broken: exactly these, or at least these.",
          [](Params& params, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<BreaksContract>(params);
          }};
}

}  // namespace trainwreck::assertions
