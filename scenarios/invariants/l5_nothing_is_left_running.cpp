#include <fmt/format.h>

#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_l5(const JudgedRun& subject) {
  if (subject.outcome == nullptr) return undecided("a trace does not say what the process holds");
  const Resources& left = subject.outcome->resources;
  Breaches breaches;
  if (left.tasks_left > 0) breaches.add(fmt::format("{} tasks were left", left.tasks_left), {});
  if (left.files_left_open > 0) {
    breaches.add(fmt::format("{} files were left open", left.files_left_open), {});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry l5_nothing_is_left_running() {
  return {.id = "L5",
          .kind = InvariantKind::process,
          .meaning = "Workers are joined, and no file is left open, when the run ends.",
          .fields = {},
          .needs = {},
          .check = &check_l5};
}

}  // namespace trainwreck::invariants
