#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// At an epoch's end the run stands at the beginning of the next one.
std::int64_t epoch_of(const traced::Save& publish) {
  return publish.batch > 0 ? publish.epoch : publish.epoch - 1;
}

// The figures of each epoch's record.
using Figures = std::map<std::int64_t, std::vector<double>>;

Figures figures_of(const CallSpan& call) {
  Figures figures;
  for (const TraceLine* line : call.lines) {
    if (const auto figure = as<traced::History>(*line)) {
      figures[figure->epoch].push_back(figure->value);
    }
  }
  return figures;
}

void look_b3(const CallSpan& call, Breaches& breaches) {
  const Figures figures = figures_of(call);
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    if (!save->note.starts_with("best")) continue;
    const auto known = figures.find(epoch_of(*save));
    if (known == figures.end() || save->batch > 0) {
      breaches.doubt(fmt::format("the history does not tell of the moment of {}", save->path));
      continue;
    }
    const auto& [epoch, scores] = *known;
    if (std::find(scores.begin(), scores.end(), save->score) != scores.end()) continue;
    breaches.add(fmt::format("{} has the score {}, which epoch {} of the history does not know",
                             save->path, save->score, epoch),
                 {line});
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
