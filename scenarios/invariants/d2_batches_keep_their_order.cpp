#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"

namespace trainwreck::invariants {
namespace {

void look_d2(const CallSpan& call, Breaches& breaches) {
  const TraceLine* asked = nullptr;
  for (const TraceLine* line : call.lines) {
    if (line->event.kind == TraceKind::fetch_begin) asked = line;
    if (line->event.kind != TraceKind::fetch_end || line->event.detail != "ok") continue;
    if (asked == nullptr || line->event.step < 0) continue;
    if (asked->event.number == line->event.step) continue;
    breaches.doubt(
        fmt::format("{} was asked for batch {} and gave {}: shuffled or out of order, "
                    "and no permutation is recorded",
                    line->event.who, asked->event.number, line->event.step));
  }
}

InvariantResult check_d2(const Subject& subject) {
  Breaches breaches;
  for (const CallSpan& call : story_of(subject.trace)) look_d2(call, breaches);
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry d2_batches_keep_their_order() {
  return {.id = "D2",
          .kind = InvariantKind::trace,
          .meaning = "Batches come in the order in which the source was asked for them.",
          .fields = {"fetches"},
          .needs = {},
          .check = &check_d2};
}

}  // namespace trainwreck::invariants
