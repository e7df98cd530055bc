#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/params.h"
#include "scenarios/judge/contract.h"

namespace trainwreck {

// What the assertions about the contract share.

// Ids of clauses; complains about those that the contract does not have.
std::set<std::string> read_clauses(Params& params, std::span<const Invariant> contract,
                                   std::string_view key, std::string_view help);

// What is needed to judge one run alone, and whatever the clauses of `asked` need beside that.
EvidenceRequest needs_of_contract(std::span<const Invariant> contract,
                                  const std::set<std::string>& asked);

ContractReport judge_contract(const Outcome& outcome, const AssertionScope& scope,
                              std::span<const Invariant> contract);

// "N4: on_epoch_end of log is missing: epoch 1 ended failed".
std::string text_of(const Breach& breach);

}  // namespace trainwreck
