#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::invariants {
namespace {

bool retried(const Trace& trace) {
  return std::any_of(trace.lines.begin(), trace.lines.end(), [](const TraceLine& line) {
    return line.event.kind == TraceKind::policy && line.event.what == "retry";
  });
}

InvariantResult check_w2(const JudgedRun& subject) {
  Breaches breaches;
  if (!retried(subject.trace)) return std::move(breaches).result();
  if (subject.outcome == nullptr || !subject.outcome->twin) {
    return undecided("needs a second run to compare with");
  }
  const auto& calls = subject.outcome->calls;
  const auto& twins = subject.outcome->twin->calls;
  for (std::size_t i = 0; i < std::min(calls.size(), twins.size()); ++i) {
    if (calls[i].error || same_bits(calls[i].weights, twins[i].weights)) continue;
    breaches.add(fmt::format("call {} ends with other weights than without its retries: {}", i,
                             calls_apart(*subject.outcome, i, i)),
                 {});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry w2_retries_change_nothing() {
  return {.id = "W2",
          .kind = InvariantKind::runs,
          .meaning = "A retried step gives what the same step gives without a failure.",
          .fields = {"policies"},
          .needs = {.twin = true},
          .check = &check_w2};
}

}  // namespace trainwreck::invariants
