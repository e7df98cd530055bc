#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

void look_c5(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr || !call.error().empty()) return;
  const std::int64_t told = last_told(call);
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::fail) continue;
    if (told > line->seq) continue;
    breaches.add(
        fmt::format("{} could not be saved ({}), and nobody was told", save->path, save->note),
        {line, call.end});
  }
}

InvariantResult check_c5(const JudgedRun& subject) { return in_each_call(subject, look_c5); }

}  // namespace

InvariantEntry c5_failed_saves_are_told() {
  return {.id = "C5",
          .kind = InvariantKind::trace,
          .meaning = "A save that failed is reported, or a policy goes on with a count.",
          .fields = {"checkpoints", "warnings"},
          .needs = {},
          .check = &check_c5};
}

}  // namespace trainwreck::invariants
