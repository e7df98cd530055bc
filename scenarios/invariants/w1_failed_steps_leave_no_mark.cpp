#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_w1(const CallSpan& call, Breaches& breaches) {
  const TraceLine* began = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StepBegin>(*line)) began = line;
    const auto step = as<traced::StepEnd>(*line);
    if (!step || began == nullptr) continue;
    const bool committed = step->outcome == traced::Stepping::committed;
    if (!committed && began->digest >= 0 && began->digest != line->digest) {
      breaches.add(fmt::format("the step at {} was not committed ({}), and has changed the model",
                               place_of(*line), step->outcome.text),
                   {began, line});
    }
    began = nullptr;
  }
}

InvariantResult check_w1(const JudgedRun& subject) { return in_each_call(subject, look_w1); }

}  // namespace

InvariantEntry w1_failed_steps_leave_no_mark() {
  return {.id = "W1",
          .kind = InvariantKind::trace,
          .meaning = "A step that failed leaves weights, slots and counters as they were.",
          .fields = {"steps", "digests"},
          .needs = {.digests = true},
          .check = &check_w1};
}

}  // namespace trainwreck::invariants
