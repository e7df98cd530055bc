#include <fmt/format.h>

#include <vector>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Whoever deletes right after a publication makes room because of it. Whoever does so later, in
// another hook or with a save begun, makes room for a file that is not there yet.
class RoomMadeTooEarly {
 public:
  void hear(const TraceLine& line, Breaches& breaches) {
    const TraceEvent& event = line.event;
    if (event.kind == TraceKind::hook_begin || event.kind == TraceKind::step_begin) fresh_ = false;
    if (event.kind != TraceKind::checkpoint) return;
    if (event.what == "begin") fresh_ = false;
    if (event.what == "delete" && !fresh_) deleted_.push_back(&line);
    if (event.what == "publish") {
      fresh_ = true;
      deleted_.clear();
    }
    if (event.what != "fail") return;
    for (const TraceLine* old : deleted_) {
      breaches.add(fmt::format("{} was deleted at {} to make room for {}, which was never saved",
                               old->event.who, place_of(old->event), event.who),
                   {&line, old});
    }
    deleted_.clear();
  }

 private:
  bool fresh_ = false;
  std::vector<const TraceLine*> deleted_;
};

void look_c3(const CallSpan& call, Breaches& breaches) {
  RoomMadeTooEarly room;
  std::string_view newest;
  bool training_over = false;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::hook_begin && event.what == "on_train_end") training_over = true;
    if (!training_over) room.hear(*line, breaches);
    if (event.kind != TraceKind::checkpoint) continue;
    if (event.what == "publish") newest = event.who;
    const bool last = newest.empty() || newest == event.who;
    if (event.what != "delete" || training_over || !last) continue;
    breaches.add(fmt::format("{} was deleted at {} before another was published", event.who,
                             place_of(event)),
                 {line});
  }
}

InvariantResult check_c3(const JudgedRun& subject) { return in_each_call(subject, look_c3); }

}  // namespace

InvariantEntry c3_old_goes_after_new() {
  return {.id = "C3",
          .kind = InvariantKind::trace,
          .meaning = "An old checkpoint is deleted only after a newer one was published.",
          .fields = {"checkpoints"},
          .needs = {},
          .check = &check_c3};
}

}  // namespace trainwreck::invariants
