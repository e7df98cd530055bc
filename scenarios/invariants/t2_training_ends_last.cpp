#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_t2(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& train : call.scopes) {
    if (train.kind != "train") continue;
    if (train.end == nullptr && call.end != nullptr) {
      breaches.add("the training never ended", {train.begin, call.end});
    }
    if (train.ends.empty()) continue;
    const HookCall& end = train.ends.front();
    auto late = std::lower_bound(
        call.scopes.begin(), call.scopes.end(), end.begin->seq,
        [](const ScopeSpan& scope, std::int64_t seq) { return scope.begin->seq < seq; });
    for (; late != call.scopes.end(); ++late) {
      breaches.add(fmt::format("{} ({}) began after {}", late->kind, place_of(*late), text_of(end)),
                   {end.begin, late->begin});
    }
  }
}

InvariantResult check_t2(const JudgedRun& subject) { return in_each_call(subject, look_t2); }

}  // namespace

InvariantEntry t2_training_ends_last() {
  return {.id = "T2",
          .kind = InvariantKind::trace,
          .meaning = "Training ends exactly once, after everything else, and says how.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_t2};
}

}  // namespace trainwreck::invariants
