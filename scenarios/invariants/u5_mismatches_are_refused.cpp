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
      const auto save = as<traced::Save>(*line);
      if (!save || call.begin == nullptr) continue;
      if (save->action == traced::Saving::publish) makers[save->path] = &call;
      const auto maker = makers.find(save->path);
      const bool loads_backup = save->action == traced::Saving::load && save->note == "backup";
      if (!loads_backup || maker == makers.end()) continue;
      const auto then = *as<traced::RunBegin>(*maker->second->begin);
      const auto now = *as<traced::RunBegin>(*call.begin);
      const bool same = then.seed == now.seed && then.source == now.source;
      if (same || !call.error().empty()) continue;
      breaches.add(fmt::format("{} was made with the seed {} and the data {}, and resumed with {} "
                               "and {}",
                               save->path, then.seed, then.source, now.seed, now.source),
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
