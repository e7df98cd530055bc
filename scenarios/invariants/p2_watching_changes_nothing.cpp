#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_p2(const JudgedRun& subject) {
  if (subject.outcome == nullptr || !subject.outcome->twin || !subject.outcome->bare) {
    return undecided("needs two more runs to compare");
  }
  const std::vector<CallOutcome>& watched = subject.outcome->twin->calls;
  const std::vector<CallOutcome>& bare = subject.outcome->bare->calls;
  Breaches breaches;
  for (std::size_t i = 0; i < std::min(watched.size(), bare.size()); ++i) {
    if (!same_bits(watched[i].weights, bare[i].weights)) {
      breaches.add(fmt::format("call {} ends with other weights when it is watched: {}", i,
                               weights_apart(watched[i].weights, bare[i].weights,
                                             subject.outcome->parameters)),
                   {});
    } else if (!(watched[i].history == bare[i].history)) {
      breaches.add(fmt::format("call {} has another history when it is watched", i), {});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry p2_watching_changes_nothing() {
  return {.id = "P2",
          .kind = InvariantKind::runs,
          .meaning =
              "Tracing and armed faults that never strike leave everything the same, bit by bit.",
          .fields = {},
          .needs = {.twin = true, .bare = true},
          .check = &check_p2};
}

}  // namespace trainwreck::invariants
