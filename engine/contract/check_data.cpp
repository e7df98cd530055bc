#include "engine/contract/check_data.h"

#include <utility>

namespace trainwreck {

ScriptFinding shrink_finding(const SourceFactory& make, const SourceScript& script,
                             ScriptResult broken, const CheckPlan& plan,
                             const std::function<void(const SourceScript&)>& about_to_run) {
  const Rule rule = broken.finding->broken.rule;
  const auto breaks = [&](const SourceScript& candidate) {
    if (about_to_run) about_to_run(candidate);
    ScriptResult result = run_script(make, candidate, plan.options);
    if (!result.finding || result.finding->broken.rule != rule) return false;
    broken = std::move(result);
    return true;
  };
  // Most of what breaks shows in the very batch, whatever came before.
  SourceScript start{{SourceOp::fetch, static_cast<std::uint8_t>(broken.finding->batch)}};
  if (!breaks(start)) start = script;
  ScriptFinding found{.script = shrink(start, breaks, plan.attempts), .steps = script.size()};
  found.finding = std::move(*broken.finding);
  found.story = std::move(broken.story);
  return found;
}

CheckReport check_data(const SourceFactory& make, const CheckPlan& plan,
                       const std::function<void(const SourceScript&)>& about_to_run) {
  CheckReport report;
  while (report.scripts < plan.scripts) {
    const std::int64_t number = report.scripts++;
    const SourceScript script = random_script(plan.seed, number, plan.steps);
    if (about_to_run) about_to_run(script);
    ScriptResult result = run_script(make, script, plan.options);
    report.batches += result.batches;
    report.looked_at.add(result.looked_at);
    if (!result.finding) continue;
    report.finding = shrink_finding(make, script, std::move(result), plan, about_to_run);
    report.finding->number = number;
    break;
  }
  return report;
}

}  // namespace trainwreck
