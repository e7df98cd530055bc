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
    if (is<traced::HookBegin>(line) || is<traced::StepBegin>(line)) fresh_ = false;
    const auto save = as<traced::Save>(line);
    if (!save) return;
    if (save->action == traced::Saving::begin) fresh_ = false;
    if (save->action == traced::Saving::remove && !fresh_) deleted_.push_back(&line);
    if (save->action == traced::Saving::publish) {
      fresh_ = true;
      deleted_.clear();
    }
    if (save->action != traced::Saving::fail) return;
    for (const TraceLine* old : deleted_) {
      breaches.add(fmt::format("{} was deleted at {} to make room for {}, which was never saved",
                               as<traced::Save>(*old)->path, place_of(*old), save->path),
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
    const auto hook = as<traced::HookBegin>(*line);
    if (hook && hook->hook == "on_train_end") training_over = true;
    if (!training_over) room.hear(*line, breaches);
    const auto save = as<traced::Save>(*line);
    if (!save) continue;
    if (save->action == traced::Saving::publish) newest = save->path;
    const bool last = newest.empty() || newest == save->path;
    if (save->action != traced::Saving::remove || training_over || !last) continue;
    breaches.add(fmt::format("{} was deleted at {} before another was published", save->path,
                             place_of(*line)),
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
