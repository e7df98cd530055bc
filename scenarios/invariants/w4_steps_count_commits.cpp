#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// The steps at which checkpoints were last published, by path.
using Published = std::map<std::string_view, std::int64_t>;

void look_w4(const CallSpan& call, Breaches& breaches) {
  std::int64_t due = -1;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::step_begin) {
      if (due >= 0 && event.step != due) {
        breaches.add(
            fmt::format("step {} began at {}, and {} was due", event.step, place_of(event), due),
            {line});
      }
      due = event.step;
    }
    if (event.kind == TraceKind::step_end && event.detail == "committed") ++due;
  }
}

// Where the backup stands that a call went on from, as it was told when it was last published; -1
// where that is not known.
std::int64_t taken_up_at(const CallSpan& call, const Published& published) {
  std::int64_t step = -1;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::step_begin) break;
    if (event.kind != TraceKind::checkpoint) continue;
    const bool is_backup = event.detail == "backup" || event.detail == "emergency";
    if (event.what != "resume" && !(event.what == "load" && is_backup)) continue;
    const auto found = published.find(event.who);
    step = found == published.end() ? -1 : found->second;
  }
  return step;
}

const TraceLine* first_step(const CallSpan& call) {
  for (const TraceLine* line : call.lines) {
    if (line->event.kind == TraceKind::step_begin) return line;
  }
  return nullptr;
}

void note_published(const CallSpan& call, Published& published) {
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::checkpoint && event.what == "publish") {
      published[event.who] = event.step;
    }
  }
}

InvariantResult check_w4(const JudgedRun& subject) {
  Breaches breaches;
  Published published;
  for (const CallSpan& call : subject.calls) {
    look_w4(call, breaches);
    const TraceLine* first = first_step(call);
    const std::int64_t due = taken_up_at(call, published);
    if (first != nullptr && due >= 0 && first->event.step != due) {
      breaches.add(fmt::format("a resumed run began with step {}, and its backup stands at {}",
                               first->event.step, due),
                   {first});
    }
    note_published(call, published);
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry w4_steps_count_commits() {
  return {.id = "W4",
          .kind = InvariantKind::trace,
          .meaning =
              "The step counter grows by one for each committed step, also over a restart, and "
              "for nothing else.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w4};
}

}  // namespace trainwreck::invariants
