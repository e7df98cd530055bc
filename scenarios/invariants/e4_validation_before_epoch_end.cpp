#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_e4(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "test" || scope.parent < 0) continue;
    const ScopeSpan& epoch = call.scopes[static_cast<std::size_t>(scope.parent)];
    if (epoch.kind != "epoch") continue;
    if (!epoch.ends.empty() && epoch.ends.front().begin->seq < scope.begin->seq) {
      breaches.add(fmt::format("validation of epoch {} began after {}", epoch.epoch,
                               text_of(epoch.ends.front())),
                   {epoch.ends.front().begin, scope.begin});
    }
    const auto error = std::lower_bound(
        call.errors.begin(), call.errors.end(), epoch.begin->seq,
        [](const RaisedError& one, std::int64_t seq) { return one.line->seq < seq; });
    if (error == call.errors.end() || error->line->seq > scope.begin->seq) continue;
    breaches.add(fmt::format("validation of epoch {} began after the failure at {}", epoch.epoch,
                             place_of(*error->line)),
                 {error->line, scope.begin});
  }
}

InvariantResult check_e4(const JudgedRun& subject) { return in_each_call(subject, look_e4); }

}  // namespace

InvariantEntry e4_validation_before_epoch_end() {
  return {.id = "E4",
          .kind = InvariantKind::trace,
          .meaning = "Validation comes before on_epoch_end, and never after a failure.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_e4};
}

}  // namespace trainwreck::invariants
