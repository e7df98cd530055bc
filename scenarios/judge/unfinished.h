#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/judge/contract.h"

namespace trainwreck {

// A call without a run_end. Whoever was killed owes no ends; whoever lived on owes all of them.
enum class LeftBy : std::uint8_t { escape, kill, unknown };
struct UnfinishedCall {
  const CallSpan* call = nullptr;
  LeftBy left_by = LeftBy::unknown;
  std::string text;  // "call 0 of run 0 ended in mid-air at ...: why that is known, or is not"
};
std::vector<UnfinishedCall> unfinished_calls(const JudgedRun& subject, const KnownEnds& known);

// Breaks the clauses about ends where an end is missing that was owed, and makes unknown those that
// nothing breaks but that only an end could have shown to be kept. Only of clauses that `told`
// knows: the trace has the events that they need.
void judge_missing_ends(const std::vector<UnfinishedCall>& calls,
                        const std::function<bool(std::string_view id)>& told,
                        ContractReport& report);

}  // namespace trainwreck
