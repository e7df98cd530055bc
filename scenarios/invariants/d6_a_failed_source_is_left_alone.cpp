#include <fmt/format.h>

#include <map>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_d6(const CallSpan& call, Breaches& breaches) {
  std::map<std::string_view, const TraceLine*> failed;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::policy && event.what == "skip") failed.clear();
    if (event.kind == TraceKind::fetch_end && event.detail == "raised") failed[event.who] = line;
    if (event.kind != TraceKind::fetch_begin || !failed.contains(event.who)) continue;
    breaches.add(
        fmt::format("{} was asked again at {} after it had raised", event.who, place_of(event)),
        {failed[event.who], line});
  }
}

InvariantResult check_d6(const JudgedRun& subject) { return in_each_call(subject, look_d6); }

}  // namespace

InvariantEntry d6_a_failed_source_is_left_alone() {
  return {.id = "D6",
          .kind = InvariantKind::trace,
          .meaning = "A source that raised is not asked again, unless a policy skips.",
          .fields = {"fetches", "policies"},
          .needs = {},
          .check = &check_d6};
}

}  // namespace trainwreck::invariants
