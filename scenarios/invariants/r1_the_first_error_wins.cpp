#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_r1(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr || call.errors.empty()) return;
  const RaisedError& first = call.errors.front();
  if (call.failed_unseen)
    return breaches.doubt("an error came before, which the trace does not show");
  if (call.error().empty()) {
    breaches.add(fmt::format("the error at {} is not the run's", place_of(*first.line)),
                 {first.line, call.end});
  } else if (!first.type.empty() && first.type != call.error()) {
    breaches.add(fmt::format("{} of {} raised {} first, and the run says {}", first.hook, first.who,
                             first.type, call.error()),
                 {first.line, call.end});
  }
}

InvariantResult check_r1(const JudgedRun& subject) { return in_each_call(subject, look_r1); }

}  // namespace

InvariantEntry r1_the_first_error_wins() {
  return {.id = "R1",
          .kind = InvariantKind::trace,
          .meaning = "The error of a run is the first that was raised in it.",
          .fields = {"hooks"},
          .needs = {},
          .check = &check_r1};
}

}  // namespace trainwreck::invariants
