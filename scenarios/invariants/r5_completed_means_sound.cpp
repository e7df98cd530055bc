#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_r5(const CallSpan& call, Breaches& breaches) {
  const bool sound = call.status() == "completed" || call.status() == "stopped";
  if (!sound || call.errors.empty()) return;
  const RaisedError& first = call.errors.front();
  breaches.add(fmt::format("the run says {}, though {} failed at {}", call.status(),
                           first.who.empty() ? "the step" : first.who, place_of(*first.line)),
               {first.line, call.end});
}

InvariantResult check_r5(const JudgedRun& subject) { return in_each_call(subject, look_r5); }

}  // namespace

InvariantEntry r5_completed_means_sound() {
  return {.id = "R5",
          .kind = InvariantKind::trace,
          .meaning = "A run that says it completed has no error that nothing accounts for.",
          .fields = {"hooks"},
          .needs = {},
          .check = &check_r5};
}

}  // namespace trainwreck::invariants
