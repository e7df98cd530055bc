#include "scenarios/judge/clauses.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/flow/outcome.h"

namespace trainwreck {

std::set<std::string> read_clauses(Params& params, std::span<const Invariant> contract,
                                   std::string_view key, std::string_view help) {
  std::set<std::string> wanted;
  for (const std::string& id : params.texts(key, help)) {
    const bool known = std::any_of(contract.begin(), contract.end(),
                                   [&](const InvariantEntry& one) { return one.id == id; });
    if (!known) params.complain(key, fmt::format("the contract has no clause {}", id));
    wanted.insert(id);
  }
  return wanted;
}

// Another run costs as much as the one at hand, so it is made only for whom asks for it.
EvidenceRequest needs_of_contract(std::span<const Invariant> contract,
                                  const std::set<std::string>& asked) {
  EvidenceRequest evidence;
  for (const InvariantEntry& invariant : contract) {
    const bool of_one_run = invariant.kind != InvariantKind::runs;
    if (of_one_run || asked.contains(std::string(invariant.id))) evidence.add(invariant.needs);
  }
  return evidence;
}

ContractReport judge_contract(const Outcome& outcome, const AssertionScope& scope,
                              std::span<const Invariant> contract) {
  return judge_contract({.trace = outcome.trace, .outcome = &outcome, .policy = &scope.policy},
                        contract);
}

std::string text_of(const Breach& breach) {
  return fmt::format("{}: {}", breach.id, breach.message);
}

}  // namespace trainwreck
