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
struct BestSave {
  const TraceLine* line;
  double score;
};
std::map<Saver, std::vector<BestSave>> best_saves(const CallSpan& call) {
  std::map<Saver, std::vector<BestSave>> saves;
  Saver callback;
  for (const TraceLine* line : call.lines) {
    const auto hook = as<traced::HookBegin>(*line);
    if (hook) callback = {hook->index, hook->callback};
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    if (save->note.starts_with("best")) saves[callback].push_back({line, save->score});
  }
  return saves;
}

void look_b1(const CallSpan& call, Breaches& breaches) {
  for (const auto& [callback, saves] : best_saves(call)) {
    for (std::size_t i = 2; i < saves.size(); ++i) {
      const double first = saves[1].score - saves[0].score;
      const double now = saves[i].score - saves[i - 1].score;
      if (first * now >= 0.0) continue;
      breaches.add(fmt::format("the best score of {} went from {} to {}, the other way than before",
                               callback.second, saves[i - 1].score, saves[i].score),
                   {saves[i - 1].line, saves[i].line});
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
