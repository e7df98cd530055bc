#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// A callback of the list: several may have one name.
using Saver = std::pair<std::int64_t, std::string_view>;

// Publications of best checkpoints, for each callback that made them.
std::map<Saver, std::vector<const TraceLine*>> best_saves(const CallSpan& call) {
  std::map<Saver, std::vector<const TraceLine*>> saves;
  Saver callback;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::hook_begin) callback = {event.number, event.who};
    if (event.kind != TraceKind::checkpoint || event.what != "publish") continue;
    if (event.detail.starts_with("best")) saves[callback].push_back(line);
  }
  return saves;
}

void look_b1(const CallSpan& call, Breaches& breaches) {
  for (const auto& [callback, saves] : best_saves(call)) {
    for (std::size_t i = 2; i < saves.size(); ++i) {
      const double first = saves[1]->event.value - saves[0]->event.value;
      const double now = saves[i]->event.value - saves[i - 1]->event.value;
      if (first * now >= 0.0) continue;
      breaches.add(fmt::format("the best score of {} went from {} to {}, the other way than before",
                               callback.second, saves[i - 1]->event.value, saves[i]->event.value),
                   {saves[i - 1], saves[i]});
    }
  }
}

InvariantResult check_b1(const JudgedRun& subject) { return in_each_call(subject, look_b1); }

}  // namespace

InvariantEntry b1_best_only_improves() {
  return {.id = "B1",
          .kind = InvariantKind::trace,
          .meaning = "The score of the best checkpoint only gets better.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_b1};
}

}  // namespace trainwreck::invariants
