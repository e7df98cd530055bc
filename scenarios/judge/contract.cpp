#include "scenarios/judge/contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "scenarios/judge/unfinished.h"

namespace trainwreck {
namespace {

// The most specific first; whatever is not here comes after these, in the order of the ids.
constexpr std::array<std::string_view, 26> kMostSpecificFirst{
    "N4", "N2", "T3", "N5", "N3", "H3", "E2", "T2", "H2", "T1", "E1", "N1", "S2",
    "S1", "S3", "S4", "D8", "W3", "D6", "D1", "C5", "G3", "H5", "R5", "R1", "R2"};

std::size_t rank_of(std::string_view id) {
  const auto found = std::find(kMostSpecificFirst.begin(), kMostSpecificFirst.end(), id);
  return static_cast<std::size_t>(found - kMostSpecificFirst.begin());
}

// What the engine of this trace cannot tell, of what the invariant needs.
std::string untold(const JudgedRun& subject, const Invariant& invariant) {
  std::vector<std::string_view> missing;
  for (const std::string_view field : invariant.fields) {
    if (!subject.trace.fields.contains(std::string(field))) missing.push_back(field);
  }
  if (missing.empty()) return {};
  return fmt::format("the trace does not tell: {}", fmt::join(missing, ", "));
}

InvariantResult ask(const JudgedRun& subject, const Invariant& invariant) {
  std::string missing = untold(subject, invariant);
  if (!missing.empty()) return undecided(std::move(missing));
  InvariantResult result = invariant.check(subject);
  for (Breach& breach : result.breaches) breach.id = invariant.id;
  return result;
}

// Takes out what a more specific invariant blames already.
void leave_to_others(InvariantResult& result, const std::set<std::int64_t>& blamed) {
  std::erase_if(result.breaches, [&](const Breach& breach) {
    return !breach.lines.empty() && blamed.contains(breach.lines.back());
  });
  if (!result.breaches.empty() || result.keeping != Keeping::broken) return;
  result.keeping = result.why_unknown.empty() ? Keeping::kept : Keeping::unknown;
}

std::int64_t line_of(const Breach& breach) {
  return breach.lines.empty() ? 0 : breach.lines.back();
}

void judge_ends(const JudgedRun& subject, std::span<const InvariantEntry> invariants,
                const KnownEnds& known, ContractReport& report) {
  const std::vector<UnfinishedCall> calls = unfinished_calls(subject, known);
  for (const UnfinishedCall& one : calls) report.unfinished.push_back(one.text);
  const auto told = [&](std::string_view id) {
    return std::any_of(invariants.begin(), invariants.end(), [&](const InvariantEntry& one) {
      return one.id == id && untold(subject, one).empty();
    });
  };
  judge_missing_ends(calls, told, report);
}

}  // namespace

ContractReport judge_contract(JudgedRun subject, std::span<const InvariantEntry> invariants,
                              const KnownEnds& known) {
  const std::vector<CallSpan> calls = story_of(subject.trace);
  subject.calls = calls;
  std::vector<const InvariantEntry*> order;
  for (const InvariantEntry& invariant : invariants) order.push_back(&invariant);
  std::stable_sort(order.begin(), order.end(), [](const auto* left, const auto* right) {
    return std::pair(rank_of(left->id), left->id) < std::pair(rank_of(right->id), right->id);
  });
  ContractReport report;
  std::set<std::int64_t> blamed;
  for (const InvariantEntry* invariant : order) {
    InvariantResult result = ask(subject, *invariant);
    leave_to_others(result, blamed);
    for (const Breach& breach : result.breaches) {
      if (!breach.lines.empty()) blamed.insert(breach.lines.back());
      report.breaches.push_back(breach);
    }
    report.results[std::string(invariant->id)] = std::move(result);
  }
  judge_ends(subject, invariants, known, report);
  std::stable_sort(
      report.breaches.begin(), report.breaches.end(),
      [](const Breach& left, const Breach& right) { return line_of(left) < line_of(right); });
  return report;
}

void Breaches::add(std::string message, std::initializer_list<const TraceLine*> lines) {
  Breach breach{.message = std::move(message)};
  for (const TraceLine* line : lines) {
    if (line != nullptr) breach.lines.push_back(line->seq);
  }
  result_.breaches.push_back(std::move(breach));
}

void Breaches::doubt(std::string why) {
  if (result_.why_unknown.empty()) result_.why_unknown = std::move(why);
}

InvariantResult Breaches::result() && {
  if (!result_.why_unknown.empty()) result_.keeping = Keeping::unknown;
  if (!result_.breaches.empty()) result_.keeping = Keeping::broken;
  return std::move(result_);
}

InvariantResult undecided(std::string why) {
  return {.keeping = Keeping::unknown, .why_unknown = std::move(why)};
}

InvariantResult in_each_call(const JudgedRun& subject,
                             void (*look)(const CallSpan& call, Breaches& breaches)) {
  Breaches breaches;
  for (const CallSpan& call : subject.calls) look(call, breaches);
  return std::move(breaches).result();
}

std::string text_of(const HookCall& hook) {
  return fmt::format("{} of {}", hook.hook(), hook.who());
}

}  // namespace trainwreck
