#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// At an epoch's end the run stands at the beginning of the next one.
std::int64_t epoch_of(const traced::Save& publish) {
  return publish.batch > 0 ? publish.epoch : publish.epoch - 1;
}

void look_b3(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    if (!save->note.starts_with("best")) continue;
    bool has_epoch = false;
    bool has_score = false;
    for (const TraceLine* other : call.lines) {
      const auto figure = as<traced::History>(*other);
      if (!figure || figure->epoch != epoch_of(*save)) continue;
      has_epoch = true;
      has_score |= figure->value == save->score;
    }
    if (!has_epoch || save->batch > 0) {
      breaches.doubt(fmt::format("the history does not tell of the moment of {}", save->path));
    } else if (!has_score) {
      breaches.add(fmt::format("{} has the score {}, which epoch {} of the history does not know",
                               save->path, save->score, epoch_of(*save)),
                   {line});
    }
  }
}

InvariantResult check_b3(const JudgedRun& subject) { return in_each_call(subject, look_b3); }

}  // namespace

InvariantEntry b3_best_scores_are_history() {
  return {.id = "B3",
          .kind = InvariantKind::trace,
          .meaning = "The score of a best checkpoint is a figure of its epoch in the history.",
          .fields = {"checkpoints", "history"},
          .needs = {},
          .check = &check_b3};
}

}  // namespace trainwreck::invariants
