#include <fmt/format.h>

#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_c7(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not hold the files");
  Breaches breaches;
  for (const auto& [path, bytes] : subject.outcome->files) {
    const std::optional<Checkpoint> checkpoint = checkpoint_in(bytes);
    if (!checkpoint || checkpoint->tag.find("not finite") != std::string::npos) continue;
    const std::string bad = non_finite_parameter(*checkpoint);
    if (!bad.empty()) breaches.add(fmt::format("{} holds {}, which is not finite", path, bad), {});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry c7_checkpoints_are_finite() {
  return {.id = "C7",
          .kind = InvariantKind::disk,
          .meaning = "No checkpoint holds weights that are not finite, unless it is tagged so.",
          .fields = {},
          .needs = {},
          .check = &check_c7};
}

}  // namespace trainwreck::invariants
