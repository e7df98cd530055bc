#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Sources that are joined give batches that have numbers of their own.
bool is_joined(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    return line->event.kind == TraceKind::fetch_end && line->event.number > 0;
  });
}

// How far a source's own numbers are from those that it was asked for.
struct Counting {
  std::int64_t distance = 0;
  std::int64_t last = -1;
};

// A stream goes on counting where the run or the pass before has left it: what is kept is the
// distance.
void look_d2(const CallSpan& call, Breaches& breaches) {
  if (is_joined(call)) return breaches.doubt("joined sources number their batches themselves");
  const TraceLine* asked = nullptr;
  std::map<std::pair<std::string_view, std::int64_t>, Counting> countings;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::fetch_begin) asked = line;
    if (event.kind != TraceKind::fetch_end || event.detail != "ok" || asked == nullptr) continue;
    if (event.step < 0 || asked->event.step < 0) continue;
    const std::int64_t distance = event.step - asked->event.step;
    const auto [found, is_new] = countings.try_emplace(std::pair(event.who, event.epoch));
    Counting& counting = found->second;
    const bool next_pass = asked->event.step == 0 && event.step == counting.last + 1;
    if (is_new || next_pass) counting.distance = distance;
    counting.last = event.step;
    if (counting.distance == distance) continue;
    breaches.add(fmt::format("{} was asked for batch {} at {} and gave {}", event.who,
                             asked->event.step, place_of(asked->event), event.step),
                 {asked, line});
  }
}

InvariantResult check_d2(const JudgedRun& subject) { return in_each_call(subject, look_d2); }

}  // namespace

InvariantEntry d2_batches_keep_their_order() {
  return {.id = "D2",
          .kind = InvariantKind::trace,
          .meaning = "Each batch is the one that the source was asked for.",
          .fields = {"fetches"},
          .needs = {},
          .check = &check_d2};
}

}  // namespace trainwreck::invariants
