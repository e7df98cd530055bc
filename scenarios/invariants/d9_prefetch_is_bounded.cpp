#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

void look_d9(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& epoch : call.scopes) {
    if (epoch.kind != "epoch" || epoch.end == nullptr) continue;
    std::int64_t unused = 0;
    for (const TraceLine* line : lines_of(call, epoch)) {
      const auto scope = as<traced::ScopeBegin>(*line);
      if (scope && scope->scope == "test") break;
      const auto fetch = as<traced::FetchEnd>(*line);
      if (fetch && fetch->outcome == traced::Fetching::ok) ++unused;
      if (is<traced::StepBegin>(*line) || is<traced::Policy>(*line)) unused = 0;
    }
    if (unused <= 1 || epoch.status() == "completed") continue;
    breaches.add(fmt::format("{} batches were fetched for nothing when epoch {} was cut short",
                             unused, epoch.epoch),
                 {epoch.end});
  }
}

InvariantResult check_d9(const JudgedRun& subject) { return in_each_call(subject, look_d9); }

}  // namespace

InvariantEntry d9_prefetch_is_bounded() {
  return {
      .id = "D9",
      .kind = InvariantKind::trace,
      .meaning =
          "When an epoch is cut short, at most one batch was fetched for nothing without a word.",
      .fields = {"scopes", "fetches", "steps", "policies"},
      .needs = {},
      .check = &check_d9};
}

}  // namespace trainwreck::invariants
