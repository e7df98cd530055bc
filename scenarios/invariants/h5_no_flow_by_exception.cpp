#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_h5(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr) return;
  for (const RaisedError& error : call.errors) {
    if (error.type != "StopIteration" || call.status() == "failed") continue;
    breaches.add(fmt::format("{} of {} raised StopIteration, and the run {}", error.hook, error.who,
                             call.status()),
                 {error.line, call.end});
  }
}

InvariantResult check_h5(const JudgedRun& subject) { return in_each_call(subject, look_h5); }

}  // namespace

InvariantEntry h5_no_flow_by_exception() {
  return {.id = "H5",
          .kind = InvariantKind::trace,
          .meaning = "A StopIteration raised by user code is an error, never an end of the data.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_h5};
}

}  // namespace trainwreck::invariants
