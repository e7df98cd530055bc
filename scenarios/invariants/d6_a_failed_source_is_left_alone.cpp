#include <fmt/format.h>

#include <map>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_d6(const CallSpan& call, Breaches& breaches) {
  std::map<std::string_view, const TraceLine*> failed;
  for (const TraceLine* line : call.lines) {
    const auto policy = as<traced::Policy>(*line);
    if (policy && policy->choice == traced::Choosing::skip) failed.clear();
    const auto end = as<traced::FetchEnd>(*line);
    if (end && end->outcome == traced::Fetching::raised) failed[end->source] = line;
    const auto begin = as<traced::FetchBegin>(*line);
    if (!begin || !failed.contains(begin->source)) continue;
    breaches.add(
        fmt::format("{} was asked again at {} after it had raised", begin->source, place_of(*line)),
        {failed[begin->source], line});
  }
}

InvariantResult check_d6(const JudgedRun& subject) { return in_each_call(subject, look_d6); }

}  // namespace

InvariantEntry d6_a_failed_source_is_left_alone() {
  return {.id = "D6",
          .kind = InvariantKind::trace,
          .meaning = "A source that raised is not asked again, unless a policy skips.",
          .fields = {"fetches", "policies"},
          .needs = {},
          .check = &check_d6};
}

}  // namespace trainwreck::invariants
