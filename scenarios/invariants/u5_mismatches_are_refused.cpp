#include <fmt/format.h>

#include <map>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Who made the backup that was published under this name last.
InvariantResult check_u5(const JudgedRun& subject) {
  Breaches breaches;
  std::map<std::string_view, const CallSpan*> makers;
  for (const CallSpan& call : subject.calls) {
    for (const TraceLine* line : call.lines) {
      const TraceEvent& event = line->event;
      if (event.kind != TraceKind::checkpoint || call.begin == nullptr) continue;
      if (event.what == "publish") makers[event.who] = &call;
      const auto maker = makers.find(event.who);
      if (event.what != "load" || event.detail != "backup" || maker == makers.end()) continue;
      const TraceEvent& then = maker->second->begin->event;
      const TraceEvent& now = call.begin->event;
      const bool same = then.number == now.number && then.who == now.who;
      if (same || !call.error().empty()) continue;
      breaches.add(fmt::format("{} was made with the seed {} and the data {}, and resumed with {} "
                               "and {}",
                               event.who, then.number, then.who, now.number, now.who),
                   {maker->second->begin, line});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry u5_mismatches_are_refused() {
  return {.id = "U5",
          .kind = InvariantKind::trace,
          .meaning = "A resume with another seed or source than the backup had is refused.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_u5};
}

}  // namespace trainwreck::invariants
